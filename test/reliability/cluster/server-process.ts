/** One server process behind a fault proxy, which a test kills, drains, freezes and starts again. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { HubStats } from 'everwire/server';
import { freePort } from '../../support/free-port.ts';
import { type FaultProxy, startFaultProxy } from '../proxy/fault-proxy.ts';
import { createRandom } from '../proxy/random.ts';
import type { Step } from './dying-log.ts';

export interface ServerProcess extends AsyncDisposable {
  /** The address of the proxy. */
  readonly url: string;
  /** Past the proxy. */
  readonly directUrl: string;
  readonly proxy: FaultProxy;
  readonly isUp: boolean;
  /** Resolves with whether the event is stored: `unknown` if the process died or the log was away. */
  publish(target: object, event: string, data: unknown): Promise<'stored' | 'unknown'>;
  /** Ends the user's membership in the channel. */
  leave(user: string, channel: string): Promise<void>;
  /** Null if the process dies first. */
  stats(): Promise<HubStats | null>;
  /** SIGKILL. Resolves when it is gone. */
  kill(): Promise<void>;
  /** It kills itself, with SIGKILL, when it has come to this step so many times. Resolves when it is told. */
  dieAt(step: Step, times?: number): Promise<void>;
  /** Resolves when it has ended, and clients are not sent to it any more. */
  died(): Promise<void>;
  /** SIGTERM: it closes its sockets, then ends. */
  drain(): Promise<void>;
  /** Stops it for a while, without closing anything (SIGSTOP). */
  freeze(ms: number): Promise<void>;
  /** Does nothing if it runs. */
  start(): Promise<void>;
}

interface Answer {
  readonly type?: string;
  readonly id?: number;
  readonly error?: string;
  readonly stats?: HubStats;
}

export async function createServerProcess(file: string, env: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const port = await freePort();
  const proxy = await startFaultProxy({ targetPort: port, random: createRandom(port) });
  /** It is asked, and clients are sent to it. */
  let child: ChildProcess | undefined;
  /** It has not ended. */
  let running: ChildProcess | undefined;
  let lastId = 0;
  const waiting = new Map<number, (answer: Answer | null) => void>();

  const onExit = (ended: ChildProcess): void => {
    if (running !== ended) return;
    child = undefined;
    running = undefined;
    for (const settle of waiting.values()) settle(null);
    waiting.clear();
  };

  const start = async (): Promise<void> => {
    if (running !== undefined) return;
    const started = fork(file, { env: { ...process.env, ...env, PORT: String(port) } });
    running = started;
    await new Promise<void>((resolve, reject) => {
      started.on('message', (message: Answer) => {
        if (message.type === 'ready') resolve();
        if (message.id === undefined) return;
        waiting.get(message.id)?.(message);
        waiting.delete(message.id);
      });
      started.on('exit', () => {
        onExit(started);
        reject(new Error('The process ended before it was ready.'));
      });
    });
    child = started;
  };

  const died = async (): Promise<void> => {
    if (running !== undefined) await once(running, 'exit');
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    // No new client is sent to a process that is killed.
    if (signal === 'SIGKILL') child = undefined;
    const ended = died();
    running?.kill(signal);
    await ended;
  };

  const ask = (command: object): Promise<Answer | null> =>
    new Promise((resolve) => {
      if (child === undefined) return resolve(null);
      lastId += 1;
      const id = lastId;
      waiting.set(id, resolve);
      // The process may have ended already, though its exit is not known yet.
      child.send({ id, ...command }, (error) => {
        if (error !== null && waiting.delete(id)) resolve(null);
      });
    });

  await start();
  return {
    url: `ws://127.0.0.1:${proxy.port}/ws`,
    directUrl: `ws://127.0.0.1:${port}/ws`,
    proxy,
    get isUp() {
      return child !== undefined;
    },
    async publish(target, event, data) {
      const answer = await ask({ type: 'publish', target, event, data });
      return answer === null || answer.error !== undefined ? 'unknown' : 'stored';
    },
    async leave(user, channel) {
      await ask({ type: 'leave', user, channel });
    },
    stats: async () => (await ask({ type: 'stats' }))?.stats ?? null,
    kill: () => end('SIGKILL'),
    async dieAt(step, times = 1) {
      await ask({ type: 'die-at', step, times });
    },
    died,
    drain: () => end('SIGTERM'),
    async freeze(ms) {
      const frozen = running;
      frozen?.kill('SIGSTOP');
      await new Promise((resolve) => setTimeout(resolve, ms));
      frozen?.kill('SIGCONT');
    },
    start,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL');
      await proxy[Symbol.asyncDispose]();
    },
  };
}
