/** A real client of a cluster, which keeps all that it is given. */
import { createWebSocketService, type IWebSocketConfig, type MissedEvents } from 'everwire/core';
import { WebSocket } from 'ws';
import type { Cluster } from './cluster.ts';
import { enterRoom, type Room } from './room.ts';
import type { ServerProcess } from './server-process.ts';

export interface ReceivedNotice {
  readonly notice: MissedEvents;
  /** How many numbers came before it. */
  readonly after: number;
}

export interface LedgerClient {
  readonly user: string;
  readonly numbers: readonly number[];
  readonly notices: readonly ReceivedNotice[];
  readonly room: Room;
  /** The process of the last attempt. */
  readonly process: ServerProcess | undefined;
  /** Links that it has had. */
  readonly links: number;
  isConnected(): boolean;
  /** A server that has never answered a ping of this session is not given up for its silence. */
  hasAnsweredPing(): boolean;
  /**
   * From this moment (`performance.now()`) to the first event after the link was lost; and the part of it that the client
   * waited by its own choice. Null if its link was not lost.
   */
  recovery(sinceMs: number): { readonly totalMs: number; readonly ownWaitMs: number } | null;
  /** Stops reading from its socket, as a frozen page. The next socket is read. */
  stopReading(): void;
  dispose(): void;
}

type Moment =
  | { readonly kind: 'lost' | 'event'; readonly at: number }
  | { readonly kind: 'waits'; readonly at: number; readonly ms: number };

export const PING_EVERY_MS = 1_000;

/**
 * Short waits, because tests wait for them. The time for answers is long: a busy machine must not look like a dead link. A life
 * counts from a second on, and waits never grow beyond one: servers are killed more often than an app's.
 */
const options = {
  reconnectDelay: 100,
  reconnectDelayMax: 1_000,
  minUptime: 1_000,
  reconnectAttempts: Number.POSITIVE_INFINITY,
  heartbeat: { interval: PING_EVERY_MS, timeout: 5_000 },
} as const satisfies Partial<IWebSocketConfig>;

interface ClientOptions {
  readonly user: string;
  readonly room: string;
  /** `direct`: past the proxy, which would read for a client that does not. */
  readonly way?: 'proxy' | 'direct';
  /** Over which time clients spread after a kill. */
  readonly jitterMs: number;
}

export function startClient(
  cluster: Cluster,
  { user, room: roomName, way = 'proxy', jitterMs }: ClientOptions,
): LedgerClient {
  const service = createWebSocketService();
  const numbers: number[] = [];
  const notices: ReceivedNotice[] = [];
  const moments: Moment[] = [];
  let socket: WebSocket | undefined;
  let process: ServerProcess | undefined;
  let links = 0;

  class Watched extends WebSocket {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      socket = this;
    }
  }
  const room = enterRoom(service, roomName);
  service.event$('n').subscribe(({ data, channel }) => {
    if (channel === undefined) numbers.push(Number(data));
    // Only the first event after a loss is asked for.
    if (moments.at(-1)?.kind !== 'event') moments.push({ kind: 'event', at: performance.now() });
  });
  service.missed$.subscribe((notice) => notices.push({ notice, after: numbers.length }));
  service.store.subscribe(({ status, nextRetryAt }, before) => {
    const at = performance.now();
    if (status === 'connected' && before.status !== 'connected') links += 1;
    if (before.status === 'connected' && status !== 'connected') moments.push({ kind: 'lost', at });
    if (nextRetryAt !== null && nextRetryAt !== before.nextRetryAt)
      moments.push({ kind: 'waits', at, ms: Math.max(nextRetryAt - Date.now(), 0) });
  });
  service.connect({
    url() {
      process = cluster.pick();
      return (way === 'direct' ? process?.directUrl : process?.url) ?? '';
    },
    token: user,
    WebSocket: Watched,
    reconnectJitter: jitterMs,
    ...options,
  } as IWebSocketConfig);

  return {
    user,
    numbers,
    notices,
    room,
    get process() {
      return process;
    },
    get links() {
      return links;
    },
    isConnected: () => service.isConnected(),
    hasAnsweredPing: () => service.store.getState().latency !== null,
    recovery(sinceMs) {
      const start = moments.findIndex(({ kind, at }) => kind === 'lost' && at >= sinceMs);
      if (start < 0) return null;
      const after = moments.slice(start);
      const end = after.findIndex(({ kind }) => kind === 'event');
      const first = after[end];
      if (first === undefined) return null;
      const ownWaitMs = after
        .slice(0, end)
        .reduce((total, moment) => total + (moment.kind === 'waits' ? moment.ms : 0), 0);
      return { totalMs: first.at - sinceMs, ownWaitMs };
    },
    stopReading: () => socket?.pause(),
    dispose: () => service.dispose(),
  };
}
