// `npm install everwire ws`, then `node hub.mjs`.
import { createHub } from 'everwire/server';
import { WebSocketServer } from 'ws';

/** Token -> user. Check your own sign-in sessions instead. */
const users = new Map([
  ['secret', { id: 'ada' }],
  ['secret-too', { id: 'bo' }],
]);

const hub = createHub({
  authenticate: ({ token }) => users.get(token) ?? null,
  identify: (user) => user.id,
  requests: { add: ({ a, b }) => a + b },
  messages: {
    say: ({ text }, session) => hub.publish({ all: true }, 'posted', { from: session.user.id, text }),
  },
});

const port = Number(process.env.PORT ?? 8080);
const server = new WebSocketServer({ port, maxPayload: 65_536 });
server.on('connection', hub.accept);
server.on('listening', () => console.log(`ws://localhost:${port}`));

process.on('SIGTERM', () => hub.drain().then(() => process.exit(0)));
