/**
 * Every option may change while the connection is in any phase: either it begins a new session, or it changes nothing at
 * once and counts from its next use. One test for each option in each phase; the table is beside this file.
 */
import {
  createWebSocketService,
  type IWebSocketConfig,
  type IWebSocketEvent,
  type MissedEvents,
  type WebSocketServiceError,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { setUpStage, Wire, type WireProps } from '../../support/stage.tsx';
import { type OptionStage, options, sockets } from './table.ts';

const stage = setUpStage();

type Props = Partial<WireProps>;
type Option = keyof IWebSocketConfig;

interface Phase {
  /** Props that keep the connection in this phase, until `leave`. */
  readonly held: Props;
  enter(parts: Parts): Promise<void>;
  leave(parts: Parts): Promise<void>;
  /** The status in this phase. */
  readonly status: string;
  readonly reason: string | null;
}

interface Parts extends OptionStage {
  readonly server: FakeServer;
}

/** Long enough for every wait, and short enough for `pauseGrace`. */
const WAIT_MS = 3_100;

const nothing = async (): Promise<void> => undefined;

const phases = {
  idle: {
    held: { url: '' },
    status: 'disconnected',
    reason: 'idle',
    enter: ({ pass }) => pass(),
    leave: nothing,
  },
  connecting: {
    held: {},
    status: 'connecting',
    reason: null,
    async enter({ server, pass }) {
      server.delay(200);
      await pass(100);
    },
    async leave({ server, pass }) {
      server.delay(0);
      await pass(1_000);
    },
  },
  connected: {
    held: {},
    status: 'connected',
    reason: null,
    enter: ({ pass }) => pass(1_500),
    leave: nothing,
  },
  waiting: {
    held: {},
    status: 'reconnecting',
    reason: null,
    async enter({ server, pass }) {
      await pass(1_500);
      server.drop();
      await pass(100);
    },
    leave: ({ pass }) => pass(WAIT_MS),
  },
  'given up': {
    held: { reconnectAttempts: 0 },
    status: 'disconnected',
    reason: 'attempts-exhausted',
    async enter({ server, pass }) {
      await pass(1_500);
      server.drop();
      await pass(100);
    },
    async leave({ service, pass }) {
      // A new session has brought it back already.
      if (service.store.getState().status === 'disconnected') service.reconnect();
      await pass();
    },
  },
  paused: {
    held: { enabled: false },
    status: 'disconnected',
    reason: 'idle',
    async enter({ change, pass }) {
      change({ enabled: true });
      await pass(1_500);
      change({ enabled: false });
      await pass();
    },
    leave: nothing,
  },
} as const satisfies Readonly<Record<string, Phase>>;

/** A page with one option in its first value. */
function open(option: Option, held: Props) {
  const row = options[option];
  const service = createWebSocketService();
  const errors: WebSocketServiceError[] = [];
  const missed: MissedEvents[] = [];
  const told: MissedEvents[] = [];
  const events: IWebSocketEvent[] = [];
  service.errors$.subscribe((error) => errors.push(error));
  service.missed$.subscribe((notice) => missed.push(notice));
  service.events$.subscribe((event) => events.push(event));
  const { server } = stage;
  sockets.Native = server.WebSocket;
  let props: Props = {
    service,
    onMissedEvents: (notice) => told.push(notice),
    ...row.given,
    [option]: row.from,
    ...held,
  };
  const tree = () => {
    // Undefined means: the default of the test.
    const given = Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined));
    return <Wire to={server} {...given} />;
  };
  const page = stage.mount(tree());
  const change = (more: Props): void => {
    props = { ...props, ...more };
    page.rerender(tree());
  };
  const parts: Parts = { server, service, errors, missed, told, events, change, pass: stage.pass };
  return parts;
}

/** Takes back what kept the connection in its phase. */
function released(option: Option, held: Props, value: unknown): Props {
  const freed = Object.keys(held).map((key) => [key, key === 'enabled' ? true : undefined]);
  return { ...Object.fromEntries(freed), [option]: value };
}

describe.each(Object.keys(phases) as (keyof typeof phases)[])('while %s', (name) => {
  const phase: Phase = phases[name];

  it.each(Object.keys(options) as Option[])('a change of %s', async (option) => {
    const row = options[option];
    const parts = open(option, phase.held);
    const { server, service, change, pass } = parts;
    await phase.enter(parts);
    const { status, reason } = service.store.getState();
    expect({ status, reason }).toEqual({ status: phase.status, reason: phase.reason });
    const { socketsConstructed } = server;
    const [link] = server.connections;
    const { connectionId } = service.store.getState();

    // A url that is '' in this phase stays so until the phase is left.
    const isHeld = option === 'url' && name === 'idle';
    if (!isHeld) change({ [option]: row.to });
    await pass(20);
    const isWanted = name !== 'idle' && name !== 'paused';
    if (row.counts === 'session') {
      expect(service.store.getState().connectionId).toBe(
        isWanted && name !== 'connecting' ? (server.connections[0]?.connectionId ?? null) : null,
      );
      expect(server.socketsConstructed).toBe(socketsConstructed + (isWanted ? 1 : 0));
      if (link !== undefined) expect(link.live).toBe(false);
    } else {
      expect(server.socketsConstructed).toBe(socketsConstructed);
      expect(service.store.getState()).toMatchObject({ status, reason, connectionId });
      if (link !== undefined) expect(link.live).toBe(true);
    }

    change(released(option, phase.held, row.to));
    await phase.leave(parts);
    await pass(1_100);
    expect(service.store.getState().status).toBe('connected');
    const resumes = name === 'waiting' || name === 'given up' || name === 'paused';
    expect(server.handshakes.at(-1)?.outcome).toBe(
      resumes && row.counts === 'use' ? 'resumed' : 'new-session',
    );
    await row.proof(parts);
    service.dispose();
  });
});

describe('a new string token of the same identity', () => {
  const ann = { identity: 'ann', token: 'one' } as const;

  it.each(['connecting', 'connected', 'waiting', 'paused'] as const)(
    'is used at the next attempt, and keeps the session: while %s',
    async (name) => {
      const phase: Phase = phases[name];
      const parts = open('identity', { ...ann, ...phase.held });
      const { server, service, change, pass } = parts;
      await phase.enter(parts);
      const { socketsConstructed } = server;
      change({ token: 'two' });
      await pass(20);
      expect(server.socketsConstructed).toBe(socketsConstructed);
      change(released('identity', phase.held, 'ann'));
      await phase.leave(parts);
      await pass(1_100);
      if (server.handshakes.length === 1) {
        server.drop();
        await pass(3_100);
      }
      expect(server.handshakes.at(-1)).toMatchObject({ token: 'two', outcome: 'resumed' });
      service.dispose();
    },
  );

  it.each(['connecting', 'connected'] as const)(
    'is tried when the server refuses the old one, which came first: while %s',
    async (name) => {
      const phase: Phase = phases[name];
      const parts = open('identity', { ...ann, ...phase.held });
      const { server, service, change, pass } = parts;
      await phase.enter(parts);
      change({ token: 'two' });
      await phase.leave(parts);
      server.close(4401);
      await pass(100);
      expect(service.store.getState().status).toBe('connected');
      expect(server.handshakes.at(-1)?.token).toBe('two');
      server.close(4401);
      await pass(100);
      expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'unauthorized' });
      service.dispose();
    },
  );
});

describe('a limit that gets lower', () => {
  it('of sendQueue drops the oldest of what is queued with the next message', async () => {
    const parts = open('sendQueue', {});
    const { server, service, errors, change, pass } = parts;
    await pass(1_500);
    server.drop();
    await pass(0);
    for (let sent = 1; sent <= 4; sent += 1) service.send('say', sent);
    change({ sendQueue: { limit: 2 } });
    expect(service.send('say', 5)).toBe('queued');
    expect(errors.map(({ code }) => code)).toEqual(Array(3).fill('message-dropped'));
    await pass(3_100);
    const said = server.received.filter(({ event }) => event === 'say').map(({ data }) => data);
    expect(said).toEqual([4, 5]);
    service.dispose();
  });
});

describe('a higher reconnectAttempts', () => {
  it('does not bring back a connection that has given up: it may come from any render', async () => {
    const phase: Phase = phases['given up'];
    const parts = open('reconnectAttempts', phase.held);
    await phase.enter(parts);
    parts.change({ reconnectAttempts: 9 });
    await parts.pass(60_000);
    expect(parts.service.store.getState().reason).toBe('attempts-exhausted');
    parts.service.dispose();
  });
});

describe('the table', () => {
  it('has every option that a config may have', async () => {
    const parts = open('url', {});
    parts.change({ nonsense: 1 } as Props);
    await parts.pass();
    const { known } = parts.errors[0]?.details ?? {};
    expect(Object.keys(options).sort()).toEqual([...(known as string[])].sort());
    parts.service.dispose();
  });
});
