// Next's custom server: `npm install everwire ws`, then `node next.mjs` in place of `next dev` and `next start`.
import { createServer } from 'node:http';
import next from 'next';
import { WebSocketServer } from 'ws';
import { hub } from './realtime.mjs';

const app = next({ dev: process.env.NODE_ENV !== 'production' });
await app.prepare();
const handle = app.getRequestHandler();
// Next has sockets of its own while you develop: for hot reloading.
const upgradeNext = app.getUpgradeHandler();

const server = createServer((request, response) => handle(request, response));
const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });

server.on('upgrade', (request, socket, head) => {
  const { pathname } = new URL(request.url, 'http://localhost');
  if (pathname !== '/live') return upgradeNext(request, socket, head);
  sockets.handleUpgrade(request, socket, head, (accepted) => hub.accept(accepted, request));
});
server.listen(Number(process.env.PORT ?? 3000));

process.on('SIGTERM', async () => {
  server.close();
  await hub.drain();
  process.exit(0);
});
