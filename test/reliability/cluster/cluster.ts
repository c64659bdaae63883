/** Server processes on one Redis, which a test kills, drains and starts again. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { freePort } from '../../support/free-port.ts';
import { type RedisServer, startRedis } from '../../support/redis-server.ts';

export interface ClusterOptions {
  readonly processes: number;
  readonly keepMs?: number;
  /** Options of redis-server. */
  readonly redis?: readonly string[];
}

export interface ServerProcess {
  readonly url: string;
  readonly isUp: boolean;
  /** Resolves with whether the event is stored: `unknown` if the process died or the log was away. */
  publish(target: object, data: number): Promise<'stored' | 'unknown'>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM: it closes its sockets, then ends. */
  drain(): Promise<void>;
  /** Stops it for a while, without closing anything (SIGSTOP). */
  freeze(ms: number): Promise<void>;
  start(): Promise<void>;
}

export interface Cluster extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly processes: readonly ServerProcess[];
  /** A process that is up, each in turn. The address of one that is down if none is. */
  url(): string;
}

export async function startCluster({
  processes: count,
  keepMs = 60_000,
  redis: options = [],
}: ClusterOptions): Promise<Cluster> {
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
  const redis = await startRedis(...options);
  const processes = await Promise.all(
    Array.from({ length: count }, () =>
      createProcess(file, { REDIS_URL: redis.url, KEEP_MS: String(keepMs) }),
    ),
  );
  let turn = 0;
  return {
    redis,
    processes,
    url() {
      const up = processes.filter(({ isUp }) => isUp);
      turn += 1;
      return (up[turn % up.length] ?? processes[0])?.url ?? '';
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(processes.map((one) => one.kill()));
      await redis[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function createProcess(file: string, settings: Record<string, string>): Promise<ServerProcess> {
  const port = await freePort();
  let child: ChildProcess | undefined;
  let lastId = 0;
  const waiting = new Map<number, (outcome: 'stored' | 'unknown') => void>();

  const onExit = (): void => {
    child = undefined;
    for (const settle of waiting.values()) settle('unknown');
    waiting.clear();
  };

  const start = async (): Promise<void> => {
    const started = fork(file, { env: { ...process.env, ...settings, PORT: String(port) } });
    await new Promise<void>((resolve, reject) => {
      started.on('message', (message: { type?: string; id?: number; error?: string }) => {
        if (message.type === 'ready') resolve();
        if (message.id === undefined) return;
        waiting.get(message.id)?.(message.error === undefined ? 'stored' : 'unknown');
        waiting.delete(message.id);
      });
      started.on('exit', () => {
        if (child === started) onExit();
        reject(new Error('The process ended before it was ready.'));
      });
    });
    child = started;
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child === undefined) return;
    const ending = child;
    // No new client is sent to it.
    if (signal === 'SIGKILL') child = undefined;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
    onExit();
  };

  await start();
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    get isUp() {
      return child !== undefined;
    },
    publish(target, data) {
      return new Promise((resolve) => {
        if (child === undefined) return resolve('unknown');
        lastId += 1;
        const id = lastId;
        waiting.set(id, resolve);
        // The process may have ended already, though its exit is not known yet.
        child.send({ id, type: 'publish', target, data }, (error) => {
          if (error === null || !waiting.delete(id)) return;
          resolve('unknown');
        });
      });
    },
    kill: () => end('SIGKILL'),
    drain: () => end('SIGTERM'),
    async freeze(ms) {
      child?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      child?.kill('SIGCONT');
    },
    start,
  };
}
