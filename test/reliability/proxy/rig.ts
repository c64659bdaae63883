/** A service, a fault proxy and an honest server, connected for one directed test. */

import type { WebSocketServiceError } from 'everwire/core';
import { createWebSocketService, type IWebSocketConfig, type WebSocketService } from 'everwire/core';
import { onTestFinished } from 'vitest';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';
import { watchLag } from './lag.ts';
import { compare, type Delivery, keepLedger, positionOf, type Verdict } from './ledger.ts';
import { createRandom } from './random.ts';
import { type SessionServer, startSessionServer } from './server.ts';
import { type UntilOptions, until } from './until.ts';
import { type SocketWatch, watchSockets } from './watched-socket.ts';

export const TOKEN = 'canary-5f2c9e1d7b';

/** Short, so that a test is fast. */
export const times = {
  reconnectDelay: 20,
  reconnectDelayMax: 200,
  reconnectJitter: 10,
  connectTimeout: 300,
  minUptime: 50,
  heartbeat: { interval: 200, timeout: 100 },
} as const;

/** For tests that are not about slowness: a busy machine must not look like a dead link. */
export const longTimeouts = { connectTimeout: 5_000, heartbeat: { interval: 200, timeout: 5_000 } } as const;

/** The time that code between two timers may take; each of these timers may be late by as much as the loop was busy. */
export function slackMs(worstLagMs: number): number {
  return 100 + 3 * worstLagMs;
}

export interface Rig extends AsyncDisposable {
  readonly service: WebSocketService;
  readonly proxy: FaultProxy;
  readonly server: SessionServer;
  readonly sockets: SocketWatch;
  readonly deliveries: readonly Delivery[];
  readonly errors: readonly WebSocketServiceError[];
  readonly statuses: readonly string[];
  /** Waits for the condition. If it does not become true, reports what the proxy did. */
  until(what: string, condition: () => boolean, options?: UntilOptions): Promise<void>;
  /** Emits this many events, numbered on from the last. */
  publish(count: number): void;
  /** Waits until the subscriber has received everything of the server's newest session. */
  caughtUp(): Promise<void>;
  /** Waits until a ping was answered over the link. */
  settled(): Promise<void>;
  /** The longest delay of timers since then (`performance.now()`). */
  lagSince(at: number): number;
  /** Stops the rig's own timer, for tests that count timers. */
  stopWatching(): void;
  /** Compares both logs. */
  verdict(): Verdict;
}

export interface RigOptions {
  readonly ringSize?: number;
  readonly overlap?: number;
  readonly seed?: number;
  readonly config?: Partial<IWebSocketConfig>;
}

/** Not connected yet. The rig is disposed of when the test ends, at the latest. */
export async function startRig({
  ringSize = 10_000,
  overlap = 0,
  seed = 1,
  config = {},
}: RigOptions = {}): Promise<Rig & { connect(): Promise<void> }> {
  const random = createRandom(seed);
  const server = await startSessionServer({ ringSize, overlap, token: TOKEN });
  const proxy = await startFaultProxy({ targetPort: server.port, random });
  const service = createWebSocketService();
  const sockets = watchSockets();
  const lag = watchLag();
  const deliveries = keepLedger(service);
  const errors: WebSocketServiceError[] = [];
  const statuses: string[] = [];
  service.errors$.subscribe((error) => errors.push(error));
  service.store.subscribe((state, before) => {
    if (state.status !== before.status) statuses.push(state.status);
  });
  let life: 'in-use' | 'disposed' = 'in-use';
  const dispose = async (): Promise<void> => {
    if (life === 'disposed') return;
    life = 'disposed';
    lag.stop();
    service.dispose();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  onTestFinished(dispose);

  const facts = (): string =>
    [
      `status ${service.store.getState().status}, ${deliveries.length} things given, ${sockets.all.length} sockets`,
      ...proxy.log.map(({ atMs, what, links }) => `${atMs} ms  ${what}  ×${links}`),
    ].join('\n');
  let published = 0;

  const rig: Rig = {
    service,
    proxy,
    server,
    sockets,
    deliveries,
    errors,
    statuses,
    until: (what, condition, options) => until(what, condition, { facts, ...options }),
    publish(count) {
      for (let sent = 0; sent < count; sent += 1) {
        published += 1;
        server.publish('tick', { n: published });
      }
    },
    caughtUp: () =>
      rig.until('the subscriber to have all that the server emitted', () => {
        const { id, nextSeq } = positionOf(deliveries);
        // The session over which the client is connected. The newest one may never have been used: an attempt without the
        // session has opened it.
        const own = [...server.sessions.values()].find((session) => session.id === id);
        return own?.life === 'alive' && own.socket !== null && own.emitted.length === nextSeq;
      }),
    settled: () =>
      rig.until('a ping to be answered over the one live socket', () => {
        const [socket] = sockets.live;
        return sockets.live.length === 1 && socket?.hasAnsweredPing === true;
      }),
    lagSince: lag.worstSince,
    stopWatching: lag.stop,
    verdict: () => compare(deliveries, server.sessions),
    [Symbol.asyncDispose]: dispose,
  };

  return {
    ...rig,
    async connect() {
      service.connect({
        url: `ws://127.0.0.1:${proxy.port}/ws`,
        token: TOKEN,
        WebSocket: sockets.WebSocket,
        reconnectAttempts: Number.POSITIVE_INFINITY,
        ...times,
        random: random.next,
        ...config,
      });
      await rig.caughtUp();
    },
  };
}
