/** A link to Redis that breaks between a command and its reply: clients send the command again, and nothing is stored twice. */
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { Redis as Redis5 } from 'ioredis-5';
import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type FaultProxy, startFaultProxy } from '../../reliability/proxy/fault-proxy.ts';
import { createRandom } from '../../reliability/proxy/random.ts';
import { hasRedis, type RedisServer, startRedis } from '../../support/redis-server.ts';

type Client = Parameters<typeof redisLog>[0]['client'];

/** Each as its own documentation makes it: no option decides about this. */
const clients: Record<string, (url: string) => Promise<{ client: Client; close(): unknown }>> = {
  'ioredis 5': (url) => {
    const client = new Redis5(url);
    client.on('error', () => undefined);
    return Promise.resolve({ client, close: () => client.disconnect() });
  },
  'ioredis 6': (url) => {
    const client = new Redis(url);
    client.on('error', () => undefined);
    return Promise.resolve({ client, close: () => client.disconnect() });
  },
  'node-redis': async (url) => {
    const client = createClient({ url });
    client.on('error', () => undefined);
    await client.connect();
    return { client, close: () => client.destroy() };
  },
};

describe.runIf(hasRedis)('a link to Redis that breaks before the reply', () => {
  let redis: RedisServer;
  let direct: Redis;
  beforeAll(async () => {
    redis = await startRedis();
    direct = new Redis(redis.url);
  });
  afterAll(async () => {
    direct.disconnect();
    await redis[Symbol.asyncDispose]();
  });

  const open = async (name: string): Promise<{ log: ReturnType<typeof redisLog>; proxy: FaultProxy }> => {
    const proxy = await startFaultProxy({ targetPort: redis.port, random: createRandom(1) });
    const { client, close } = (await clients[name]?.(`redis://127.0.0.1:${proxy.port}`)) ?? {};
    onTestFinished(async () => {
      close?.();
      await proxy[Symbol.asyncDispose]();
    });
    if (client === undefined) throw new Error(`There is no ${name}.`);
    return { log: redisLog({ client, space: name }), proxy };
  };

  const event = (n: number) => ({
    ...({ kind: 'event', target: { all: true }, event: 'n' } as const),
    data: String(n),
  });

  it.each(Object.keys(clients))(
    'with %s: each entry is stored once, and its position is known',
    async (name) => {
      const { log, proxy } = await open(name);
      const stream = `everwire:{${name}}:log`;
      await log.append(event(0));
      for (let round = 0; round < 3; round += 1) {
        const before = await direct.xlen(stream);
        proxy.hold('down');
        const positions = [1, 2, 3].map((n) => log.append(event(n)));
        await expect.poll(() => direct.xlen(stream), { timeout: 10_000 }).toBe(before + 3);
        proxy.reset();
        const stored = (await direct.xrange(stream, '-', '+')).map(([id]) => id);
        expect(await Promise.all(positions)).toEqual(stored.slice(-3));
        await log.append(event(4));
        expect(await direct.xlen(stream)).toBe(before + 4);
      }
    },
  );

  it('what is kept to know them again does not grow', async () => {
    const { log } = await open('ioredis 6');
    for (let n = 0; n < 350; n += 1) await log.append(event(n));
    const keys = await direct.keys('everwire:{ioredis 6}:writer:*');
    for (const key of keys) {
      expect(await direct.hlen(key)).toBeLessThanOrEqual(201);
      expect(await direct.pttl(key)).toBeGreaterThan(0);
    }
  });
});
