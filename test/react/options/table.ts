/** What a change of each option means: in which phase it begins a new session, and how its new value shows. */
import {
  defaultClosePolicy,
  envelopeProtocol,
  type IWebSocketConfig,
  type IWebSocketEvent,
  type MissedEvents,
  type StandardSchemaV1,
  type WebSocketService,
  type WebSocketServiceError,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { expect, vi } from 'vitest';
import type { WireProps } from '../../support/stage.tsx';

/** A page whose connection is up, with the changed option. */
export interface OptionStage {
  readonly server: FakeServer;
  readonly service: WebSocketService;
  readonly errors: readonly WebSocketServiceError[];
  readonly missed: readonly MissedEvents[];
  /** The notices of `onMissedEvents`. */
  readonly told: readonly MissedEvents[];
  readonly events: readonly IWebSocketEvent[];
  /** Changes other props. */
  change(props: Partial<WireProps>): void;
  pass(ms?: number): Promise<void>;
}

export interface OptionRow<Value> {
  /** Other options that the row needs. */
  readonly given?: Partial<WireProps>;
  readonly from: Value;
  readonly to: Value;
  /** `session`: the change begins a new session, at once if a connection is wanted. `use`: it counts at the next use. */
  readonly counts: 'session' | 'use';
  /** Shows that the new value is in use, and fails with the old one. */
  readonly proof: (stage: OptionStage) => void | Promise<void>;
}

/** Every option. One that is added and not listed here does not compile. */
export type OptionTable = { readonly [Option in keyof IWebSocketConfig]-?: OptionRow<WireProps[Option]> };

const half = (): number => 0.5;
const never = (): Promise<void> => new Promise(() => undefined);

/** The wait that follows when the link is lost now. */
async function waitMs(
  { server, service, pass }: OptionStage,
  close: () => void = server.drop,
): Promise<number> {
  close();
  await pass(0);
  const { nextRetryAt } = service.store.getState();
  return Number(nextRetryAt) - Date.now();
}

/** The server forgets all sessions, and the client is back. */
async function restart({ server, pass }: OptionStage): Promise<void> {
  server.restart();
  await pass(3_100);
}

const refusing: StandardSchemaV1 = {
  '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'no' }] }) },
};

const info = vi.fn();
const silent = (): void => undefined;
const loud = { debug: silent, info, warn: silent, error: silent };

/** Set by the test: the class of the server, which the option `WebSocket` wraps. */
export const sockets: { Native: typeof WebSocket; wrapped: number } = { Native: WebSocket, wrapped: 0 };

const Wrapped = new Proxy(WebSocket, {
  construct(_, [url, protocols]: [string, string[]?]) {
    sockets.wrapped += 1;
    return new sockets.Native(url, protocols);
  },
});

const silentJoin = (): { event: string } => ({ event: 'silent' });
const resync = vi.fn();
const listening = vi.fn(() => silent);
/** What `acrossTabs()` returns, where nothing can be shared. */
const sharing = vi.fn(() => undefined);

export const options: OptionTable = {
  url: {
    from: 'ws://fake.everwire.test/ws',
    to: 'ws://fake.everwire.test/ws?shard=2',
    counts: 'session',
    proof: ({ server }) => expect(server.handshakes.at(-1)?.url).toContain('shard=2'),
  },
  token: {
    from: 'one',
    to: 'two',
    counts: 'session',
    proof: ({ server }) => expect(server.handshakes.at(-1)?.token).toBe('two'),
  },
  identity: {
    given: { token: 'one' },
    from: 'ann',
    to: 'ben',
    counts: 'session',
    proof: ({ server }) => expect(server.handshakes.at(-1)?.resume).toBeNull(),
  },
  auth: {
    given: { token: 'one' },
    from: 'query',
    to: 'message',
    counts: 'session',
    proof: ({ server }) => {
      expect(server.handshakes.at(-1)?.url).not.toContain('token');
      expect(server.received.some(({ event }) => event === 'authenticate')).toBe(true);
    },
  },
  protocol: {
    from: envelopeProtocol,
    to: {
      ...envelopeProtocol,
      name: 'capitals',
      encode: ({ event, data, id }) => JSON.stringify({ event: event.toUpperCase(), data, seq: id }),
    },
    counts: 'session',
    async proof({ server, service, pass }) {
      service.send('say');
      await pass();
      expect(server.received.map(({ event }) => event)).toContain('SAY');
    },
  },
  reconnectAttempts: {
    from: 7,
    to: 0,
    counts: 'use',
    async proof({ server, service, pass }) {
      server.drop();
      await pass(0);
      expect(service.store.getState().reason).toBe('attempts-exhausted');
    },
  },
  reconnectDelay: {
    from: 3_000,
    to: 1_234,
    counts: 'use',
    proof: async (stage) => expect(await waitMs(stage)).toBe(1_234),
  },
  reconnectDelayMax: {
    given: { backoffAfter: 0 },
    from: 300_000,
    to: 700,
    counts: 'use',
    proof: async (stage) => expect(await waitMs(stage)).toBe(700),
  },
  reconnectJitter: {
    given: { random: half },
    from: 2_000,
    to: 8_000,
    counts: 'use',
    proof: async (stage) => expect(await waitMs(stage)).toBe(7_000),
  },
  backoffAfter: {
    from: 7,
    to: 1,
    counts: 'use',
    async proof(stage) {
      stage.server.refuse(1);
      stage.server.drop();
      await stage.pass(3_050);
      expect(await waitMs(stage, () => undefined)).toBeGreaterThan(8_000);
    },
  },
  backoff: {
    from: 'vendor',
    to: () => 777,
    counts: 'use',
    proof: async (stage) => expect(await waitMs(stage)).toBe(777),
  },
  restartSpread: {
    given: { random: half },
    from: 0,
    to: 10_000,
    counts: 'use',
    proof: async (stage) => expect(await waitMs(stage, () => stage.server.close(1012))).toBe(8_000),
  },
  connectTimeout: {
    from: 15_000,
    to: 2_000,
    counts: 'use',
    async proof({ server, service, pass }) {
      server.stall(1);
      server.drop();
      await pass(5_100);
      expect(service.store.getState().error?.code).toBe('connect-timeout');
    },
  },
  minUptime: {
    from: 5_000,
    to: 20_000,
    counts: 'use',
    async proof({ server, service, pass }) {
      server.drop();
      await pass(3_100);
      server.emit('tick', { n: 9 });
      await pass(10_000);
      expect(service.store.getState().reconnectAttempts).toBeGreaterThan(0);
      await pass(10_000);
      expect(service.store.getState().reconnectAttempts).toBe(0);
    },
  },
  heartbeat: {
    from: { interval: 30_000 },
    to: { interval: 2_000 },
    counts: 'use',
    async proof({ server, pass }) {
      const pings = (): number => server.received.filter(({ event }) => event === 'ping').length;
      const before = pings();
      await pass(10_000);
      expect(pings() - before).toBeGreaterThanOrEqual(4);
    },
  },
  closePolicy: {
    from: defaultClosePolicy,
    to: () => 'fatal',
    counts: 'use',
    async proof({ server, service, pass }) {
      server.close(4_000);
      await pass(0);
      expect(service.store.getState().reason).toBe('fatal-close');
    },
  },
  schemas: {
    from: {},
    to: { posted: refusing },
    counts: 'use',
    async proof({ server, errors, pass }) {
      server.emit('posted', 1);
      await pass();
      expect(errors.at(-1)?.code).toBe('invalid-payload');
    },
  },
  resync: {
    from: undefined,
    to: resync,
    counts: 'use',
    async proof(stage) {
      resync.mockClear();
      await restart(stage);
      expect(resync).toHaveBeenCalledOnce();
    },
  },
  resyncTimeout: {
    given: { resync: never },
    from: 30_000,
    to: 500,
    counts: 'use',
    async proof(stage) {
      // A break before the change may have begun one.
      await stage.pass(30_000);
      await restart(stage);
      await stage.pass(500);
      expect(stage.errors.at(-1)).toMatchObject({ code: 'resync-failed', details: { resyncTimeout: 500 } });
    },
  },
  missedEventsJitter: {
    given: { random: half },
    from: 0,
    to: 8_000,
    counts: 'use',
    async proof(stage) {
      const before = stage.told.length;
      await restart(stage);
      await stage.pass(1_000);
      expect(stage.missed.at(-1)?.reason).toBe('new-session');
      expect(stage.told).toHaveLength(before);
      await stage.pass(4_000);
      expect(stage.told).toHaveLength(before + 1);
    },
  },
  maxHeldBytes: {
    given: { resync: never, resyncTimeout: 500 },
    from: 67_108_864,
    to: 10,
    counts: 'use',
    async proof(stage) {
      await restart(stage);
      await stage.pass(2_000);
      expect(stage.missed.at(-1)?.reason).toBe('gap');
    },
  },
  pauseGrace: {
    from: 30_000,
    to: 1_000,
    counts: 'use',
    async proof({ server, change, pass }) {
      change({ enabled: false });
      await pass(2_000);
      change({ enabled: true });
      await pass();
      expect(server.handshakes.at(-1)?.resume).toBeNull();
    },
  },
  sendQueue: {
    from: { limit: 4 },
    to: { limit: 2 },
    counts: 'use',
    async proof({ server, service, errors, pass }) {
      server.drop();
      await pass(0);
      for (let sent = 0; sent < 3; sent += 1) service.send('say', sent);
      expect(errors.at(-1)).toMatchObject({ code: 'message-dropped', details: { reason: 'full' } });
    },
  },
  requestTimeout: {
    from: 10_000,
    to: 400,
    counts: 'use',
    async proof({ server, service, pass }) {
      server.handle('ask', never);
      const ends: unknown[] = [];
      service.request('ask').catch(({ code }) => ends.push(code));
      await pass(400);
      expect(ends).toEqual(['request-timeout']);
    },
  },
  maxFrameLength: {
    from: 4_194_304,
    to: 200,
    counts: 'use',
    async proof({ server, errors, pass }) {
      server.sendRaw(JSON.stringify({ event: 'posted', data: 'x'.repeat(300) }));
      await pass();
      expect(errors.at(-1)).toMatchObject({ code: 'malformed-frame', details: { reason: 'too-long' } });
    },
  },
  batch: {
    from: 'frame',
    to: 'sync',
    counts: 'use',
    proof({ server, service }) {
      let shown: unknown;
      const subscription = service.event$('posted').subscribe(() => {
        shown = service.store.getState().lastEvents.get('posted')?.data;
      });
      server.emit('posted', 'at once');
      vi.advanceTimersByTime(1);
      subscription.unsubscribe();
      expect(shown).toBe('at once');
    },
  },
  logger: {
    from: undefined,
    to: loud,
    counts: 'use',
    async proof({ server, pass }) {
      info.mockClear();
      server.drop();
      await pass(0);
      expect(info).toHaveBeenCalled();
    },
  },
  channels: {
    from: undefined,
    to: { join: silentJoin, leave: silentJoin, of: () => 'everything' },
    counts: 'use',
    async proof({ server, events, pass }) {
      server.emit('placed');
      await pass(0);
      expect(events.at(-1)?.channel).toBe('everything');
    },
  },
  signals: {
    from: undefined,
    to: listening,
    counts: 'use',
    async proof({ service, pass }) {
      listening.mockClear();
      service.disconnect();
      service.reconnect();
      await pass();
      expect(listening).toHaveBeenCalledOnce();
    },
  },
  share: {
    from: undefined,
    to: sharing,
    counts: 'use',
    async proof({ service, pass }) {
      sharing.mockClear();
      service.reconnect();
      await pass();
      expect(sharing).toHaveBeenCalled();
    },
  },
  WebSocket: {
    from: undefined,
    to: Wrapped,
    counts: 'use',
    async proof({ server, pass }) {
      sockets.wrapped = 0;
      server.drop();
      await pass(3_100);
      expect(sockets.wrapped).toBe(1);
    },
  },
  random: {
    from: () => 0,
    to: half,
    counts: 'use',
    proof: async (stage) => expect(await waitMs(stage)).toBe(4_000),
  },
};
