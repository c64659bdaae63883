// `npm install everwire ws express`, then `node express.mjs`.
import { createServer } from 'node:http';
import express from 'express';
import { WebSocketServer } from 'ws';
import { hub } from './realtime.mjs';

const app = express();

app.post('/announcements', express.json(), async (request, response) => {
  await hub.publish({ all: true }, 'announced', { text: String(request.body.text) });
  response.sendStatus(202);
});

// Not `app.listen()`: the sockets need the server under Express.
const server = createServer(app);
new WebSocketServer({ server, path: '/live', maxPayload: 65_536 }).on('connection', hub.accept);
server.listen(Number(process.env.PORT ?? 8080));

process.on('SIGTERM', async () => {
  server.close();
  await hub.drain();
  process.exit(0);
});
