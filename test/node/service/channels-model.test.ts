/**
 * Random sequences of mounts, renames, faults and refusals against the fake server, in virtual time. After a second of quiet the
 * server's set of channels is the mounted set, and each event of a channel was delivered once or reported as missed.
 */

import {
  createWebSocketService,
  type JoinedChannel,
  joinChannel,
  type WebSocketService,
} from 'everwire/core';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeFigures } from '../../support/figures.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const SEQUENCES = Number(process.env['EVERWIRE_SEQUENCES'] ?? (isFull ? 10_000 : 150));
const SEED = Number(process.env['EVERWIRE_SEED'] ?? 20_261_123);

const names = ['a', 'b', 'c'] as const;
type Name = (typeof names)[number];

type Command =
  | { readonly do: 'mount' | 'publish' | 'end' | 'retry'; readonly name: Name }
  | { readonly do: 'unmount' | 'rename'; readonly index: number; readonly name: Name }
  | { readonly do: 'drop' | 'restart' | 'trim' | 'freeze' | 'thaw' | 'emit' | 'lose' | 'reconnect' }
  | { readonly do: 'refuse' | 'delay' | 'grant'; readonly name: Name }
  | { readonly do: 'pass'; readonly ms: number };

interface Setup {
  readonly resume: 'idle' | 'takeover' | 'never';
  readonly positions: boolean;
  readonly ids: boolean;
}

const name = fc.constantFrom(...names);
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('mount' as const), name }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('unmount' as const, 'rename' as const),
      index: fc.nat(5),
      name,
    }),
  },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('publish' as const), name }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'retry' as const), name }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('refuse' as const, 'delay' as const, 'grant' as const),
      name,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'drop' as const,
        'drop' as const,
        'restart' as const,
        'trim' as const,
        'freeze' as const,
        'thaw' as const,
        'emit' as const,
        'lose' as const,
        'reconnect' as const,
      ),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(0, 1, 5, 20, 60, 120, 400, 1_100),
    }),
  },
);

const setup: fc.Arbitrary<Setup> = fc.record({
  resume: fc.constantFrom('idle', 'takeover', 'never'),
  positions: fc.boolean(),
  ids: fc.boolean(),
});

/** What is owed of a channel, since it was wanted and joined. */
interface Ledger {
  /** When each event was published, by its number. */
  readonly owed: Map<number, number>;
  readonly delivered: Map<number, number>;
  /** When it was reported that something may be missing. */
  toldAt: number;
  wants: number;
  isBelieved: boolean;
}

const passMs = async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));

async function play({ resume, positions, ids }: Setup, commands: readonly Command[]): Promise<void> {
  const verdicts = new Map<string, 'refuse' | 'delay'>();
  const server: FakeServer = createFakeServer({
    ...{ resume, positions, ringSize: 8, hello: ids, numbered: ids, random: () => 0.5 },
    join: (channel) => {
      const verdict = verdicts.get(channel);
      if (verdict === 'delay') return new Promise((resolve) => setTimeout(() => resolve(true), 300));
      return verdict !== 'refuse';
    },
  });
  const service: WebSocketService = createWebSocketService();
  const ledgers = new Map<string, Ledger>(
    names.map((one) => [
      one,
      { owed: new Map(), delivered: new Map(), toldAt: -1, wants: 0, isBelieved: false },
    ]),
  );
  const ledgerOf = (one: string): Ledger => ledgers.get(one) as Ledger;
  const handles: { readonly name: string; readonly channel: JoinedChannel }[] = [];
  let clock = 0;
  let published = 0;

  service.events$.subscribe(({ channel, event, data }) => {
    if (channel === undefined || event !== 'posted') return;
    const { delivered } = ledgerOf(channel);
    delivered.set(Number(data), (delivered.get(Number(data)) ?? 0) + 1);
  });
  service.missed$.subscribe(({ channel, except }) => {
    clock += 1;
    for (const [one, ledger] of ledgers) {
      if (channel === one || (channel === undefined && !except?.has(one))) ledger.toldAt = clock;
    }
  });

  const mount = (one: Name): void => {
    const ledger = ledgerOf(one);
    // Nothing is owed of the time before.
    if (ledger.wants === 0) ledger.owed.clear();
    if (ledger.wants === 0) ledger.isBelieved = false;
    ledger.wants += 1;
    const channel = joinChannel(service, one);
    const believe = (): void => {
      if (channel.getState().status === 'joined') ledger.isBelieved = true;
    };
    channel.subscribe(believe);
    believe();
    handles.push({ name: one, channel });
  };

  const unmount = (index: number): void => {
    const [handle] = handles.splice(index % Math.max(handles.length, 1), 1);
    if (handle === undefined) return;
    handle.channel.leave();
    ledgerOf(handle.name).wants -= 1;
  };

  const publish = (one: Name): void => {
    const ledger = ledgerOf(one);
    published += 1;
    clock += 1;
    if (ledger.wants > 0 && ledger.isBelieved) ledger.owed.set(published, clock);
    server.publish(one, 'posted', published);
  };

  const run = async (what: Command): Promise<void> => {
    switch (what.do) {
      case 'mount':
        return mount(what.name);
      case 'unmount':
        return unmount(what.index);
      case 'rename':
        unmount(what.index);
        return mount(what.name);
      case 'publish':
        return publish(what.name);
      case 'end':
        return server.endMembership(what.name);
      case 'retry':
        return handles.find((one) => one.name === what.name)?.channel.retry();
      case 'refuse':
      case 'delay':
        return void verdicts.set(what.name, what.do);
      case 'grant':
        return void verdicts.delete(what.name);
      case 'lose':
        // Without numbers, nobody can know; and an answer with a position says that nothing before it was lost.
        return ids && !positions ? server.lose() : undefined;
      case 'emit':
        return server.emit('other');
      case 'reconnect':
        return service.reconnect();
      case 'pass':
        return await passMs(what.ms);
      case 'drop':
      case 'restart':
      case 'trim':
      case 'freeze':
      case 'thaw':
        return server[what.do]();
      default:
        return what satisfies never;
    }
  };

  try {
    service.connect({
      ...{
        url: server.url,
        WebSocket: server.WebSocket,
        heartbeat: false,
        requestTimeout: 2_000,
        random: () => 0,
      },
      ...{
        reconnectDelay: 50,
        reconnectJitter: 0,
        reconnectAttempts: Number.POSITIVE_INFINITY,
        minUptime: 0,
      },
      ...{ backoff: () => 50, connectTimeout: 1_000 },
    });
    for (const what of commands) await run(what);
    // Quiet: the server works, and everybody is let in.
    server.thaw();
    verdicts.clear();
    await passMs(3_000);
    // Shows what was lost: a `left` may be among it. Nothing more is lost from here on.
    while (server.faults.losing > 0) server.emit('other');
    server.emit('other');
    await passMs(1_000);
    for (const { channel } of handles) channel.retry();
    await passMs(1_000);
    const mounted = [...new Set(handles.map((one) => one.name))].sort();
    expect([...(server.connections.at(-1)?.channels ?? [])].sort()).toEqual(mounted);
    for (const one of mounted) {
      publish(one as Name);
      server.emit('other');
      await passMs(50);
    }
    await passMs(1_000);
    for (const [one, { owed, delivered, toldAt, wants }] of ledgers) {
      expect([...delivered].filter(([, times]) => times > 1)).toEqual([]);
      if (wants === 0) continue;
      const lost = [...owed].filter(([event, at]) => !delivered.has(event) && toldAt < at);
      expect({ channel: one, lost }).toEqual({ channel: one, lost: [] });
    }
  } finally {
    service.dispose();
    server.dispose();
    await passMs(20);
  }
}

describe('channels in random sequences', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it(
    `end with what is mounted, and with no hole that was not told, ${SEQUENCES} times`,
    async () => {
      await fc.assert(fc.asyncProperty(setup, fc.array(command, { minLength: 5, maxLength: 40 }), play), {
        numRuns: SEQUENCES,
        seed: SEED,
      });
      writeFigures('channels', { sequences: SEQUENCES, seed: SEED, 'untold holes': 0 });
    },
    isFull ? 900_000 : 60_000,
  );
});
