// `npm install everwire ws ioredis`, then `node spaces.mjs`. Each tenant has a space, at an address of its own: /acme, /globex.
import { createHub } from 'everwire/server';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const redis = new Redis(process.env.REDIS_URL ?? 'redis://localhost:6379', { maxRetriesPerRequest: 0 });
redis.on('error', (error) => console.error(`Redis: ${error.message}`));

/** A hub for each tenant. Spaces may also be on different Redis servers. */
const hubs = new Map(['acme', 'globex'].map((tenant) => [tenant, createTenantHub(tenant)]));

function createTenantHub(tenant) {
  const hub = createHub({
    log: redisLog({ client: redis, space: tenant }),
    // The token has to be one of this tenant's.
    authenticate: ({ token }) => (token === 'secret' ? { id: `ada@${tenant}` } : null),
    identify: (user) => user.id,
    messages: { say: ({ text }) => hub.publish({ all: true }, 'posted', { text }) },
  });
  return hub;
}

const server = new WebSocketServer({ port: Number(process.env.PORT ?? 8080), maxPayload: 65_536 });
server.on('connection', (socket, request) => {
  const hub = hubs.get(new URL(request.url, 'http://localhost').pathname.slice(1));
  if (hub !== undefined) return hub.accept(socket, request);
  socket.on('error', () => undefined); // without a listener, a broken frame would end the process
  socket.close(4404, 'No such tenant.');
});

process.on('SIGTERM', async () => {
  await Promise.all([...hubs.values()].map((hub) => hub.drain()));
  process.exit(0);
});
