// `npm install everwire ws ioredis`, then `PORT=8081 node cluster.mjs`, and once more with another port.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createHub } from 'everwire/server';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const {
  PORT = '8080',
  REDIS_URL = 'redis://localhost:6379',
  BALANCER_MS = '5000',
  DRAIN_MS = '20000',
} = process.env;

// A command fails when the connection is lost, and does not wait for Redis: clients are told to come back.
const redis = new Redis(REDIS_URL, { maxRetriesPerRequest: 0 });
redis.on('error', (error) => console.error(`Redis: ${error.message}`)); // it connects again by itself

/** Token -> user. Check your own sign-in sessions instead. */
const users = new Map([
  ['secret', { id: 'ada' }],
  ['secret-too', { id: 'bo' }],
]);

const hub = createHub({
  log: redisLog({ client: redis, keepMs: 120_000 }),
  authenticate: ({ token }) => users.get(token) ?? null,
  identify: (user) => user.id,
  requests: { process: () => process.pid },
  messages: {
    say: ({ text }, session) => hub.publish({ all: true }, 'posted', { from: session.user.id, text }),
  },
  logger: console,
});

let phase = 'serving';

const server = createServer((request, response) => {
  if (request.url !== '/health') return response.writeHead(404).end();
  const isReady = phase === 'serving' && redis.status === 'ready';
  response.writeHead(isReady ? 200 : 503, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ phase, redis: redis.status, ...hub.stats() }));
});
new WebSocketServer({ server, path: '/live', maxPayload: 65_536 }).on('connection', hub.accept);
server.listen(Number(PORT), () =>
  console.log(`Process ${process.pid} listens on ws://localhost:${PORT}/live`),
);

process.on('SIGTERM', async () => {
  phase = 'draining'; // /health answers 503 …
  await wait(Number(BALANCER_MS)); // … and the balancer, which has noticed now, sends no more clients
  await hub.drain({ overMs: Number(DRAIN_MS) });
  process.exit(0);
});
