/** Every log does what the contract says: in memory, and in Redis with three clients. */
import { randomUUID } from 'node:crypto';
import { type EventLog, eventLogContract, memoryLog } from 'everwire/server';
import { type RedisClient, redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';

describe('memoryLog', () => {
  for (const { name, run } of eventLogContract) it(name, () => run(() => memoryLog()));

  it('removes entries by age, and above its number', async () => {
    let now = 1_000;
    const log = memoryLog({ keepMs: 100, maxEntries: 3, clock: () => now });
    const first = await log.append({ kind: 'marker' });
    now += 101;
    await log.append({ kind: 'marker' });
    expect(await log.read(first, 10)).toBe('trimmed');
    const kept = await log.append({ kind: 'marker' });
    for (let n = 0; n < 2; n += 1) await log.append({ kind: 'marker' });
    expect(await log.read(kept, 10)).toHaveLength(2);
    await log.append({ kind: 'marker' });
    expect(await log.read(kept, 10)).toBe('trimmed');
  });

  it('forgets a session when its time is over', async () => {
    let now = 0;
    const log = memoryLog({ clock: () => now });
    const rest = { since: '1-1', claim: '1-1', holder: 'socket', channels: {}, joins: 0 } as const;
    await log.saveSession({ id: 'a', user: 'ada', ...rest }, 100);
    now = 100;
    expect(await log.loadSession('a')).toBeNull();
    expect(await log.sessionsBeyond('ada', 0)).toEqual([]);
  });
});

describe.runIf(hasRedis)('redisLog', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const clients: Record<string, () => Promise<{ client: RedisClient; close(): unknown }>> = {
    'ioredis 5': () => {
      const client = new Redis5(server.url);
      return Promise.resolve({ client, close: () => client.disconnect() });
    },
    'ioredis 6': () => {
      const client = new Redis(server.url);
      return Promise.resolve({ client, close: () => client.disconnect() });
    },
    'node-redis': async () => {
      const client = createClient({ url: server.url });
      await client.connect();
      return { client, close: () => client.destroy() };
    },
    'node-redis with RESP3': async () => {
      const client = createClient({ url: server.url, RESP: 3 });
      await client.connect();
      return { client, close: () => client.destroy() };
    },
  };

  describe.each(Object.entries(clients))('with %s', (_, open) => {
    for (const { name, run } of eventLogContract)
      it(name, async () => {
        const { client, close } = await open();
        const create = (): EventLog => redisLog({ client, space: randomUUID() });
        try {
          await run(create);
        } finally {
          close();
        }
      });
  });

  it('reads past entries that are not ours, though there are pages of them', async () => {
    const client = new Redis(server.url);
    const space = randomUUID();
    const log = redisLog({ client, space });
    const controller = new AbortController();
    try {
      const start = await log.append({ kind: 'marker' });
      const seen: string[] = [];
      log.tail(
        start,
        (entries) => seen.push(...entries.map(({ kind }) => kind)),
        controller.signal,
        () => seen.push('trimmed'),
      );
      const foreign = client.pipeline();
      for (let n = 0; n < 1_200; n += 1)
        foreign.xadd(`everwire:{${space}}:log`, '*', ...(n % 2 ? ['entry', '{broken'] : ['n', String(n)]));
      await foreign.exec();
      const end = await log.append({ kind: 'ended', session: 's' });
      await expect.poll(() => seen, { timeout: 5_000 }).toEqual(['ended']);
      expect(await log.read(start, 10)).toMatchObject([{ kind: 'ended' }]);
      expect(await log.readBack(end, 10)).toMatchObject([{ kind: 'ended' }, { kind: 'marker' }]);
      // A foreign one is in the log, as far as positions are concerned.
      const [[id = ''] = []] = await client.xrange(`everwire:{${space}}:log`, `(${start}`, '+', 'COUNT', 1);
      expect(await log.read(id, 10)).toMatchObject([{ kind: 'ended' }]);
    } finally {
      controller.abort();
      client.disconnect();
    }
  });

  it('refuses a client that is neither', () => {
    expect(() => redisLog({ client: {} as RedisClient })).toThrow(TypeError);
  });
});
