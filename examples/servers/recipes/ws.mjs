// `npm install everwire ws`, then `node ws.mjs`.
import { WebSocketServer } from 'ws';
import { hub } from './realtime.mjs';

const port = Number(process.env.PORT ?? 8080);
const server = new WebSocketServer({ port, path: '/live', maxPayload: 65_536 });
server.on('connection', hub.accept);

process.on('SIGTERM', async () => {
  await hub.drain();
  process.exit(0);
});
