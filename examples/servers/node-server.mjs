// A server with numbers, resume, heartbeats and requests. `npm install everwire ws`, then `node node-server.mjs`.
import { createHub, memoryLog } from 'everwire/server';
import { WebSocketServer } from 'ws';

/** Token -> user. Check your own sign-in sessions instead. */
const users = new Map([
  ['secret', { name: 'ada' }],
  ['secret-too', { name: 'bo' }],
]);

const hub = createHub({
  log: memoryLog({ keepMs: 5 * 60_000 }), // events, and sessions without a socket, are kept this long
  authenticate: ({ token }) => users.get(token) ?? null,
  identify: (user) => user.name,
  // The returned or resolved value is the reply. What is thrown is logged, and the client gets an error.
  requests: { add: ({ a, b }) => a + b },
  messages: {
    say: ({ text }, session) =>
      hub.publish({ all: true }, 'posted', { from: session.user.name, text: String(text) }),
  },
  limits: { frameBytes: 65_536, slowBytes: 4 * 1024 * 1024 },
  logger: console,
});

const server = new WebSocketServer({
  port: Number(process.env.PORT ?? 8080),
  host: process.env.HOST,
  maxPayload: 65_536,
});
server.on('connection', hub.accept);

const clock = setInterval(() => hub.publish({ all: true }, 'tick', { now: new Date().toISOString() }), 1000);

process.on('SIGTERM', async () => {
  clearInterval(clock);
  await hub.drain(); // clients come back, spread over ten seconds
  process.exit(0);
});
