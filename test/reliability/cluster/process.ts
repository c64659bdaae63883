/** One server process: a hub on Redis, steered by its parent. Bundled and run by `cluster.ts`. */
import { createHub } from 'everwire/server';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';
import { dyingLog, type Step } from './dying-log.ts';

/** What the parent asks. Each is answered with the same id. */
export type Command = { readonly id: number } & (
  | {
      readonly type: 'publish';
      readonly target: { readonly all: true } | { readonly user: string } | { readonly channel: string };
      readonly event: string;
      readonly data: unknown;
    }
  | { readonly type: 'leave'; readonly user: string; readonly channel: string }
  | { readonly type: 'die-at'; readonly step: Step; readonly times: number }
  | { readonly type: 'stats' }
);

const { PORT, REDIS_URL = '', KEEP_MS, MAX_ENTRIES, SLOW_BYTES, DRAIN_MS } = process.env;

// Commands fail at once while Redis is away: `publish` rejects, and new sessions are told to come back.
const client = new Redis(REDIS_URL, {
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  retryStrategy: () => 50,
});
client.on('error', () => undefined);
await new Promise((resolve) => client.once('ready', resolve));

const log = dyingLog(
  redisLog({ client, keepMs: Number(KEEP_MS), ...(MAX_ENTRIES && { maxEntries: Number(MAX_ENTRIES) }) }),
);
const hub = createHub<{ user: { id: string } }>({
  log,
  authenticate: ({ token }) => (token ? { id: token } : null),
  identify: ({ id }) => id,
  channels: { join: () => true },
  limits: { sessionsPerUser: 10_000, ...(SLOW_BYTES && { slowBytes: Number(SLOW_BYTES) }) },
});

const server = new WebSocketServer({ port: Number(PORT), host: '127.0.0.1' });
server.on('connection', hub.accept);
server.on('listening', () => process.send?.({ type: 'ready' }));

async function answer(command: Command): Promise<object> {
  switch (command.type) {
    case 'publish':
      return { position: await hub.publish(command.target, command.event, command.data) };
    case 'leave':
      await hub.leave({ user: command.user }, command.channel);
      return {};
    case 'die-at':
      log.dieAt(command.step, command.times);
      return {};
    case 'stats':
      return { stats: hub.stats() };
    default:
      return command satisfies never;
  }
}

process.on('message', async (command: Command) => {
  const { id } = command;
  try {
    process.send?.({ id, ...(await answer(command)) });
  } catch (thrown) {
    process.send?.({ id, error: String(thrown) });
  }
});

process.on('SIGTERM', async () => {
  await hub.drain({ overMs: Number(DRAIN_MS ?? 200) });
  process.exit(0);
});
process.on('disconnect', () => process.exit(0));
