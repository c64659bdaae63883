/** When more is held than `maxHeldBytes`, each event that is dropped is told of in exactly one notice. In virtual time. */
import type { IWebSocketConfig, MissedEvents, StandardSchemaV1 } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Recorded, record } from '../../support/service.ts';
import { createPuppets } from '../security/puppet.ts';

/** Checks each `posted` event for 100 ms. Those behind it are held meanwhile. */
const slow: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => new Promise((resolve) => setTimeout(() => resolve({ value }), 100)),
  },
};

interface Held extends Recorded {
  /** What subscribers saw: names of events with their numbers, and reasons of notices in capitals. */
  readonly log: string[];
  /** A frame of about 1,000 characters. */
  post(seq: number | undefined): void;
  hello(id: string): void;
  pass(ms: number): Promise<void>;
}

async function held(maxHeldBytes: number, more: Partial<IWebSocketConfig> = {}): Promise<Held> {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sockets = createPuppets((socket) => setTimeout(() => socket.accept()));
  const recorded = record();
  const log: string[] = [];
  recorded.service.events$.subscribe(({ event, seq }) => log.push(`${event} ${seq}`));
  recorded.service.missed$.subscribe(({ reason }) => log.push(reason.toUpperCase()));
  const pass = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  recorded.service.connect({
    url: 'ws://held.test',
    WebSocket: sockets.WebSocket,
    random: () => 0,
    heartbeat: false,
    schemas: { posted: slow },
    maxHeldBytes,
    ...more,
  });
  await pass(10);
  return {
    ...recorded,
    log,
    post: (seq) => sockets.last.say({ event: 'posted', data: 'x'.repeat(960), seq }),
    hello: (id) => sockets.last.say({ event: 'hello', data: { connection_id: id }, seq: 0 }),
    pass,
  };
}

/** The events that a notice tells of: its own, and how many. */
const told = ({ reason, expected, received, count }: MissedEvents): unknown => [
  reason,
  expected,
  received,
  count,
];

describe('events that are dropped behind an async schema', () => {
  it('before a new session are told of by its notice, and by no other', async () => {
    const { log, missed, post, hello, pass } = await held(2_000);
    hello('a');
    for (const seq of [1, 2, 3]) post(seq);
    // The greeting does not fit.
    hello('b');
    await pass(1_000);
    expect(log).toEqual(['hello 0', 'posted 1', 'NEW-SESSION', 'hello 0']);
    expect(missed).toEqual([
      {
        reason: 'new-session',
        expected: 2,
        received: 0,
        count: null,
        previousConnectionId: 'a',
        connectionId: 'b',
      },
    ]);
  });

  it('on both sides of a new session are told of by its notice, and by one for those behind it', async () => {
    const { log, missed, post, hello, pass } = await held(2_200);
    hello('a');
    for (const seq of [1, 2, 3]) post(seq);
    hello('b');
    post(1);
    await pass(1_000);
    expect(log).toEqual(['hello 0', 'posted 1', 'NEW-SESSION', 'GAP', 'posted 1']);
    expect(missed.map(told)).toEqual([
      ['new-session', 2, 0, null],
      ['gap', 0, 1, 1],
    ]);
  });

  it('before a gap are counted with those of the gap', async () => {
    const { log, missed, post, pass } = await held(2_500);
    for (const seq of [1, 2, 3, 6]) post(seq);
    await pass(1_000);
    expect(log).toEqual(['posted 1', 'GAP', 'posted 6']);
    expect(missed.map(told)).toEqual([['gap', 2, 6, 4]]);
  });

  it('between two gaps are counted by the second one', async () => {
    const { log, missed, post, pass } = await held(2_500);
    for (const seq of [1, 3, 6, 7]) post(seq);
    await pass(1_000);
    // 3 and 6 are dropped: 6 behind its notice, 3 before it.
    expect(log).toEqual(['posted 1', 'GAP', 'GAP', 'GAP', 'posted 7']);
    expect(missed.map(told)).toEqual([
      ['gap', 2, 3, 1],
      ['gap', 3, 6, 3],
      ['gap', 6, 7, 1],
    ]);
  });

  it('before the session gets its id are counted', async () => {
    const { log, missed, post, hello, pass } = await held(2_000);
    for (let sent = 0; sent < 3; sent += 1) post(undefined);
    hello('a');
    await pass(1_000);
    expect(log).toEqual(['posted -1', 'GAP', 'hello 0']);
    expect(missed.map(told)).toEqual([['gap', null, 0, 2]]);
  });

  it('again and again are counted by one notice', async () => {
    const { log, missed, post, hello, pass } = await held(2_500);
    hello('a');
    for (let seq = 1; seq <= 9; seq += 1) post(seq);
    await pass(1_000);
    expect(log).toEqual(['hello 0', 'posted 1', 'GAP', 'posted 8', 'posted 9']);
    expect(missed.map(told)).toEqual([['gap', 2, 8, 6]]);
  });
});

describe('events that are dropped during a resync', () => {
  it('before another new session are told of by its notice, whose resync fetches them', async () => {
    const fetches: MissedEvents[] = [];
    const done: (() => void)[] = [];
    const resync = (missed: MissedEvents) =>
      new Promise<void>((resolve) => {
        fetches.push(missed);
        done.push(resolve);
      });
    const { log, post, hello, pass } = await held(2_050, { resync, schemas: {} });
    hello('a');
    hello('b');
    for (const seq of [1, 2]) post(seq);
    hello('c');
    done[0]?.();
    await pass(10);
    done[1]?.();
    await pass(10);
    expect(log).toEqual(['hello 0', 'NEW-SESSION', 'NEW-SESSION', 'hello 0']);
    expect(fetches).toMatchObject([
      { expected: 1, previousConnectionId: 'a', connectionId: 'b' },
      { expected: 0, previousConnectionId: 'b', connectionId: 'c' },
    ]);
    expect(done).toHaveLength(2);
  });
});
