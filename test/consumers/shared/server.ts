/** The server's side. */
import { createHub, type EventLog, type Hub, memoryLog } from 'everwire/server';
import { type RedisClient, redisLog } from 'everwire/server/redis';
import type { App } from './app.js';

export const logOf = (client: RedisClient | null): EventLog =>
  client === null ? memoryLog() : redisLog({ client, keepMs: 120_000, space: 'main' });

export const hub: Hub<App> = createHub<App>({
  log: logOf(null),
  authenticate: ({ token = '' }) => ({ id: token }),
  identify: (user) => user.id,
  messages: { say: ({ text }, { user }) => hub.publish({ all: true }, 'posted', { from: user.id, text }) },
  requests: { add: ({ a, b }) => a + b },
});

// says: Argument of type '"psoted"' is not assignable to parameter of type '"posted"'
void hub.publish({ all: true }, 'psoted', { from: 'ada', text: 'Hello' });
// says: Property 'from' is missing in type '{ text: string; }' but required in type '{ from: string; text: string; }'
void hub.publish({ all: true }, 'posted', { text: 'Hello' });
