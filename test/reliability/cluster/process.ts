/** One server process: a hub on Redis, steered by its parent. Bundled and run by `cluster.ts`. */
import { createHub } from 'everwire/server';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

/** What the parent asks. Each is answered with the same id. */
export type Command =
  | {
      readonly id: number;
      readonly type: 'publish';
      readonly target: { readonly all: true } | { readonly user: string };
      readonly data: number;
    }
  | { readonly id: number; readonly type: 'stats' };

const { PORT, REDIS_URL = '', KEEP_MS, DRAIN_MS } = process.env;

// Commands fail at once while Redis is away: `publish` rejects, and new sessions are told to come back.
const client = new Redis(REDIS_URL, {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 50,
});
client.on('error', () => undefined);
await new Promise((resolve) => client.once('ready', resolve));

const hub = createHub<{ user: { id: string } }>({
  log: redisLog({ client, keepMs: Number(KEEP_MS) }),
  authenticate: ({ token }) => (token ? { id: token } : null),
  identify: ({ id }) => id,
  limits: { sessionsPerUser: 10_000 },
});

const server = new WebSocketServer({ port: Number(PORT), host: '127.0.0.1' });
server.on('connection', hub.accept);
server.on('listening', () => process.send?.({ type: 'ready' }));

process.on('message', async (command: Command) => {
  switch (command.type) {
    case 'publish':
      await hub.publish(command.target, 'n', command.data).then(
        (position) => process.send?.({ id: command.id, position }),
        (thrown: Error) => process.send?.({ id: command.id, error: thrown.message }),
      );
      return;
    case 'stats':
      process.send?.({ id: command.id, stats: hub.stats() });
      return;
    default:
      command satisfies never;
  }
});

process.on('SIGTERM', async () => {
  await hub.drain({ overMs: Number(DRAIN_MS ?? 200) });
  process.exit(0);
});
process.on('disconnect', () => process.exit(0));
