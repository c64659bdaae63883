// `npm install everwire ws socket.io`, then `node socket-io.mjs`: Socket.IO and a hub on one port, while clients move.
import { createServer } from 'node:http';
import { createHub } from 'everwire/server';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

const http = createServer();
const io = new Server(http);

/** In place of io.emit(). */
function emit(event, data) {
  io.emit(event, data);
  return hub.publish({ all: true }, event, data);
}

/** What both kinds of clients ask, and what they send. */
const requests = { add: ({ a, b }) => a + b };
const messages = { say: ({ text }) => emit('posted', { id: crypto.randomUUID(), text }) };

const hub = createHub({
  authenticate: ({ token }) => ({ id: token ?? 'guest' }), // check your own sign-in instead
  identify: (user) => user.id,
  requests,
  messages,
});

io.on('connection', (socket) => {
  for (const [event, handler] of Object.entries({ ...requests, ...messages })) {
    socket.on(event, async (data, reply) => {
      const answer = await handler(data);
      reply?.(answer);
    });
  }
});

// Not `{ server: http, path: '/live' }`: that would refuse the upgrades that are meant for Socket.IO.
const sockets = new WebSocketServer({ noServer: true, maxPayload: 65_536 });
http.on('upgrade', (request, socket, head) => {
  if (request.url.split('?')[0] !== '/live') return;
  sockets.handleUpgrade(request, socket, head, (client) => hub.accept(client, request));
});

http.listen(Number(process.env.PORT ?? 8080));
