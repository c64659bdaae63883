/** A Redis that comes back without its data: every client is told, once, and nothing hangs. */
import { createWebSocketService, type MissedEvents, type WebSocketService } from 'everwire/core';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { createClient } from 'redis';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { startHub } from '../../support/hub.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';

type Client = Parameters<typeof redisLog>[0]['client'];

const clients: Record<string, (server: RedisServer) => Promise<{ client: Client; close(): unknown }>> = {
  ioredis(server) {
    const client = new Redis(server.url, { retryStrategy: () => 20 });
    client.on('error', () => undefined);
    return Promise.resolve({ client, close: () => client.disconnect() });
  },
  'node-redis': async (server) => {
    const client = createClient({ url: server.url, socket: { reconnectStrategy: 20 } });
    client.on('error', () => undefined);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
};

function connect(url: string): { service: WebSocketService; numbers: unknown[]; missed: MissedEvents[] } {
  const service = createWebSocketService();
  const numbers: unknown[] = [];
  const missed: MissedEvents[] = [];
  service.event$('n').subscribe(({ data }) => numbers.push(data));
  service.missed$.subscribe((notice) => missed.push(notice));
  service.connect({
    ...{ url, token: 'ada', WebSocket, reconnectDelay: 10, reconnectJitter: 0 },
    reconnectAttempts: Number.POSITIVE_INFINITY,
  } as never);
  onTestFinished(() => service.dispose());
  return { service, numbers, missed };
}

describe.runIf(hasRedis).each(Object.entries(clients))('with %s', (_, open) => {
  it.each([
    ['with events after it', true],
    ['and nothing is published after it', false],
  ])('a Redis that has lost everything, %s: new-session once, then every event', async (_words, isBusy) => {
    await using server = await startRedis();
    const { client, close } = await open(server);
    onTestFinished(() => void close());
    await using running = await startHub({ log: redisLog({ client }) });
    const { numbers, missed } = connect(running.url);
    const publish = (n: number): Promise<unknown> => running.hub.publish({ user: 'ada' }, 'n', n);
    await expect.poll(() => running.hub.stats().sessions).toBe(1);
    await publish(1);
    await expect.poll(() => numbers).toEqual([1]);
    await server.restart();
    if (isBusy)
      await expect
        .poll(
          () =>
            publish(2).then(
              () => true,
              () => false,
            ),
          { timeout: 10_000 },
        )
        .toBe(true);
    await expect.poll(() => missed, { timeout: 20_000 }).toMatchObject([{ reason: 'new-session' }]);
    await expect.poll(() => running.hub.stats().sessions, { timeout: 10_000 }).toBe(1);
    await publish(3);
    await expect.poll(() => numbers.at(-1), { timeout: 10_000 }).toBe(3);
    expect(missed).toHaveLength(1);
    // Each at most once, and in order.
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });

  it('and whose clock is behind: events are heard, though their positions are lower than before', async () => {
    await using server = await startRedis();
    const { client, close } = await open(server);
    onTestFinished(() => void close());
    await using running = await startHub({ log: redisLog({ client }) });
    const { numbers, missed } = connect(running.url);
    await expect.poll(() => running.hub.stats().sessions).toBe(1);
    // As if by a server whose clock is a minute ahead. Positions of what follows are as high.
    const raw = new Redis(server.url, { retryStrategy: () => 20 });
    raw.on('error', () => undefined);
    onTestFinished(() => raw.disconnect());
    const entry = JSON.stringify({ kind: 'event', target: { all: true }, event: 'n' });
    await raw.xadd('everwire:{main}:log', `${Date.now() + 60_000}-0`, 'entry', entry, 'data', '1');
    await expect.poll(() => numbers).toEqual([1]);
    await server.restart();
    await expect.poll(() => missed, { timeout: 20_000 }).toMatchObject([{ reason: 'new-session' }]);
    await expect.poll(() => running.hub.stats().sessions, { timeout: 10_000 }).toBe(1);
    await running.hub.publish({ all: true }, 'n', 2);
    await expect.poll(() => numbers, { timeout: 10_000 }).toEqual([1, 2]);
  });
});
