// `npm install everwire fastify @fastify/websocket`, then `node fastify.mjs`.
import websocket from '@fastify/websocket';
import fastify from 'fastify';
import { hub } from './realtime.mjs';

const app = fastify();
await app.register(websocket, { options: { maxPayload: 65_536 } });

// Fastify's request wraps the one of the handshake, which is `raw`.
app.get('/live', { websocket: true }, (socket, request) => hub.accept(socket, request.raw));

app.post('/announcements', async (request, reply) => {
  await hub.publish({ all: true }, 'announced', { text: String(request.body.text) });
  return reply.code(202).send();
});

await app.listen({ port: Number(process.env.PORT ?? 8080) });

process.on('SIGTERM', async () => {
  // Before Fastify closes: it would cut all sockets at once, without 1012.
  await hub.drain();
  await app.close();
});
