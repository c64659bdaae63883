/** Server processes on one Redis, each behind a fault proxy, and Redis behind one too. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { Redis } from 'ioredis';
import { createFakeClock, type FakeClock, hasFakeClock } from '../../support/fake-clock.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';
import { type FaultProxy, startFaultProxy } from '../proxy/fault-proxy.ts';
import { createRandom } from '../proxy/random.ts';
import { createServerProcess, type ServerProcess } from './server-process.ts';

export interface ClusterOptions {
  readonly processes: number;
  readonly keepMs?: number;
  readonly maxEntries?: number;
  readonly slowBytes?: number;
  /** Options of redis-server. */
  readonly redis?: readonly string[];
  /** Redis has a clock that the test sets. */
  readonly clock?: 'real' | 'fake';
}

export interface Cluster extends AsyncDisposable {
  readonly redis: RedisServer;
  /** Between the processes and Redis. */
  readonly redisLink: FaultProxy;
  readonly clock: FakeClock | null;
  readonly processes: readonly ServerProcess[];
  /** A process that is up, each in turn. One that is down if none is. */
  pick(): ServerProcess | undefined;
  /** Sends a command to Redis, past the proxy. */
  redisCommand(command: string, ...args: readonly string[]): Promise<unknown>;
  /** Undoes all faults, and starts the processes that have ended. */
  heal(): Promise<void>;
  /** Numbers for events: they grow for as long as the cluster lives, so that a late event of one test is not taken for one of the next. */
  nextNumber(): number;
}

export async function startCluster({
  processes: count,
  keepMs = 60_000,
  maxEntries,
  slowBytes,
  redis: options = [],
  clock: clockKind = 'real',
}: ClusterOptions): Promise<Cluster> {
  const clock = clockKind === 'fake' && hasFakeClock ? createFakeClock() : null;
  const program = await buildProcess();
  const redis = await startRedis({ options, ...(clock && { env: clock.env }) });
  const redisLink = await startFaultProxy({ targetPort: redis.port, random: createRandom(redis.port) });
  const env = {
    REDIS_URL: `redis://127.0.0.1:${redisLink.port}`,
    KEEP_MS: String(keepMs),
    ...(maxEntries && { MAX_ENTRIES: String(maxEntries) }),
    ...(slowBytes && { SLOW_BYTES: String(slowBytes) }),
  };
  const processes = await Promise.all(
    Array.from({ length: count }, () => createServerProcess(program.file, env)),
  );
  let turn = 0;
  let lastNumber = 0;
  return {
    redis,
    redisLink,
    clock,
    processes,
    pick() {
      const up = processes.filter(({ isUp }) => isUp);
      turn += 1;
      return up[turn % up.length] ?? processes[0];
    },
    async redisCommand(command, ...args) {
      const client = new Redis(redis.url);
      try {
        return await client.call(command, ...args);
      } finally {
        client.disconnect();
      }
    },
    async heal() {
      await redisLink.pass();
      await Promise.all(
        processes.map(async ({ proxy, start }) => {
          await proxy.pass();
          await start();
        }),
      );
    },
    nextNumber() {
      lastNumber += 1;
      return lastNumber;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((one) => one[Symbol.asyncDispose]()));
      await redisLink[Symbol.asyncDispose]();
      await redis[Symbol.asyncDispose]();
      clock?.[Symbol.dispose]();
      program.remove();
    },
  };
}

async function buildProcess(): Promise<{ readonly file: string; remove(): void }> {
  const folder = mkdtempSync(join(import.meta.dirname, '.built-'));
  const file = join(folder, 'process.mjs');
  const root = join(import.meta.dirname, '../../..');
  await build({
    entryPoints: [join(import.meta.dirname, 'process.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    alias: {
      'everwire/server/redis': `${root}/server/redis/index.ts`,
      'everwire/server': `${root}/server/index.ts`,
    },
    logLevel: 'warning',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
