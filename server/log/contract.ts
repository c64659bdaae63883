/** What every `EventLog` must do, as checks that any test runner can run. */
import type { Entry, EventLog, NewEntry, Position, SessionRecord } from '../types.ts';

export interface LogCheck {
  /** What the log must do. */
  readonly name: string;
  /** Rejects with an `Error` if it does not. `createLog` returns a new, empty log that keeps at least 10,000 entries for a minute. */
  run(createLog: () => EventLog | Promise<EventLog>): Promise<void>;
}

/**
 * Checks for your own log:
 *
 * ```ts
 * for (const { name, run } of eventLogContract) it(name, () => run(() => myLog({ space: randomUUID() })));
 * ```
 */
export const eventLogContract: readonly LogCheck[] = [
  check('gives each entry a later position than the one before', async (log) => {
    const positions = await appendNumbers(log, 100);
    for (const [index, position] of positions.entries()) {
      if (!/^\d{1,20}-\d{1,20}$/.test(position)) fail(`"${position}" has not the form <number>-<number>`);
      const before = positions[index - 1];
      if (before !== undefined && !isBefore(before, position)) fail(`${position} came after ${before}`);
    }
  }),
  check(
    'returns what was appended, after a position, in order, and at most as many as asked for',
    async (log) => {
      const positions = await appendNumbers(log, 10);
      equal(numbersOf(await log.read(positions[3] ?? '', 3)), [5, 6, 7]);
      equal(numbersOf(await log.read(positions[3] ?? '', 100)), [5, 6, 7, 8, 9, 10]);
      equal(numbersOf(await log.read(positions[9] ?? '', 100)), []);
    },
  ),
  check('keeps every part of an entry', async (log) => {
    const entries: NewEntry[] = [
      { kind: 'event', target: { all: true }, event: 'a', data: '{"text":"ü\\u2028"}' },
      { kind: 'event', target: { user: 'ada' }, event: 'b', data: 'null' },
      { kind: 'event', target: { session: 's' }, event: 'c', data: '[1]' },
      { kind: 'event', target: { channel: 'room:1' }, event: 'd', data: '"x"' },
      { kind: 'claim', session: 's', owner: 'o' },
      { kind: 'ended', session: 's' },
      { kind: 'left', target: { user: 'ada' }, channel: 'room:1', reason: null },
      { kind: 'marker' },
    ];
    const first = await log.append({ kind: 'marker' });
    for (const entry of entries) await log.append(entry);
    const read = await log.read(first, 100);
    if (read === 'trimmed') return fail('the log has lost its entries');
    equal(
      read.map(({ position: _, ...entry }) => sorted(entry)),
      entries.map(sorted),
    );
  }),
  check('returns what was appended, up to a position, newest first', async (log) => {
    const positions = await appendNumbers(log, 10);
    equal(numbersOf(await log.readBack(positions[5] ?? '', 3)), [6, 5, 4]);
    equal(numbersOf(await log.readBack(positions[9] ?? '', 100)), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    equal(numbersOf(await log.readBack('0-0', 10)), []);
  }),
  check('says `trimmed` for a position that is not in the log', async (log) => {
    await appendNumbers(log, 3);
    equal(await log.read('0-0', 10), 'trimmed');
    equal(await log.read('99999999999999-7', 10), 'trimmed');
  }),
  check('passes on every entry after a position once, in order, while others append', async (log) => {
    const start = await log.append({ kind: 'marker' });
    await appendNumbers(log, 50);
    const seen: number[] = [];
    const controller = new AbortController();
    const isDone = new Promise<void>((resolve) => {
      log.tail(
        start,
        (entries) => {
          seen.push(...numbersOf(entries));
          if (seen.length >= 200) resolve();
        },
        controller.signal,
        () => fail('nothing was trimmed'),
      );
    });
    for (let n = 51; n <= 200; n += 1) await log.append(numbered(n));
    await isDone;
    controller.abort();
    equal(
      seen,
      Array.from({ length: 200 }, (_, index) => index + 1),
    );
  }),
  check('stops passing on entries once the signal is aborted', async (log) => {
    const start = await log.append({ kind: 'marker' });
    const controller = new AbortController();
    let count = 0;
    const isRead = new Promise<void>((resolve) => {
      log.tail(
        start,
        (entries) => {
          count += entries.length;
          resolve();
        },
        controller.signal,
        () => {},
      );
    });
    await log.append(numbered(1));
    await isRead;
    controller.abort();
    const before = count;
    await appendNumbers(log, 5);
    equal(count, before);
  }),
  check('returns a session as it was saved, the last time it was, and none after its end', async (log) => {
    const record: SessionRecord = {
      ...{ id: 'one', user: 'ada', since: '1-1', claim: '2-2', holder: 'socket' },
      ...{ channels: { 'room:1': { since: '2-2', join: 1 } }, joins: 1 },
    };
    equal(await log.loadSession('one'), null);
    equal(await log.saveSession(record, 60_000), 'saved');
    equal(await log.loadSession('one'), record);
    await log.saveSession({ ...record, channels: {} }, 60_000);
    equal(await log.loadSession('one'), { ...record, channels: {} });
    await log.endSession(record);
    equal(await log.loadSession('one'), null);
  }),
  check(
    'keeps a session with a later claim, and replaces one with the same or an earlier one',
    async (log) => {
      const save = (claim: Position, joins: number): Promise<'saved' | 'superseded'> =>
        log.saveSession({ ...emptyRecord('one', 'ada'), claim, joins }, 60_000);
      equal(await save('9-1', 1), 'saved');
      equal(await save('10-1', 2), 'saved');
      equal(await save('10-1', 3), 'saved');
      equal(await save('9-2', 4), 'superseded');
      equal((await log.loadSession('one'))?.joins, 3);
    },
  ),
  check('lists the sessions of a user beyond a number, oldest first, and only those', async (log) => {
    const save = (id: string, change: Partial<SessionRecord> = {}): Promise<unknown> =>
      log.saveSession({ ...emptyRecord(id, 'ada'), ...change }, 60_000);
    const beyond = async (limit: number, user = 'ada'): Promise<string[]> =>
      (await log.sessionsBeyond(user, limit)).map(({ id }) => id);
    await save('a', { since: '9-1' });
    await save('x', { user: 'bo' });
    await save('b', { since: '10-1' });
    await save('c', { since: '10-2' });
    // The order is that of their beginnings.
    await save('a', { since: '9-1', joins: 1 });
    equal(await beyond(3), []);
    equal(await beyond(1), ['a', 'b']);
    equal(await beyond(0, 'bo'), ['x']);
    equal(await beyond(0, 'nobody'), []);
    await log.endSession({ id: 'b', user: 'ada', since: '10-1' });
    equal(await beyond(1), ['a']);
    // Those with a socket are counted by themselves.
    await save('a', { since: '9-1', holder: 'socket' });
    equal(await beyond(1), []);
    await save('d', { since: '11-1', holder: 'socket' });
    equal(await beyond(1), ['a']);
    await save('d', { since: '11-1', holder: 'none' });
    equal(await beyond(1), ['c']);
  }),
  check('does not count sessions whose time is over', async (log) => {
    const save = (id: string, since: Position, ttlMs: number): Promise<unknown> =>
      log.saveSession({ ...emptyRecord(id, 'ada'), since }, ttlMs);
    await save('a', '1-1', 60_000);
    await save('b', '2-1', 50);
    await new Promise((resolve) => setTimeout(resolve, 100));
    equal((await log.sessionsBeyond('ada', 1)).length, 0);
    await save('c', '3-1', 60_000);
    equal(
      (await log.sessionsBeyond('ada', 1)).map(({ id }) => id),
      ['a'],
    );
  }),
];

function check(name: string, run: (log: EventLog) => Promise<void>): LogCheck {
  return { name, run: async (createLog) => run(await createLog()) };
}

function emptyRecord(id: string, user: string): SessionRecord {
  return { id, user, since: '1-1', claim: '1-1', holder: 'none', channels: {}, joins: 0 };
}

function numbered(n: number): NewEntry {
  return { kind: 'event', target: { all: true }, event: 'n', data: String(n) };
}

async function appendNumbers(log: EventLog, count: number): Promise<Position[]> {
  const positions: Position[] = [];
  for (let n = 1; n <= count; n += 1) positions.push(await log.append(numbered(n)));
  return positions;
}

function numbersOf(entries: readonly Entry[] | 'trimmed'): number[] {
  if (entries === 'trimmed') return fail('the log has lost its entries');
  return entries.flatMap((entry) => (entry.kind === 'event' ? [Number(entry.data)] : []));
}

function isBefore(a: Position, b: Position): boolean {
  const [aTime = 0n, aCount = 0n] = a.split('-').map(BigInt);
  const [bTime = 0n, bCount = 0n] = b.split('-').map(BigInt);
  return aTime < bTime || (aTime === bTime && aCount < bCount);
}

/** The same keys in the same order, so that equal entries are equal texts. */
function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function equal(actual: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a !== b) fail(`expected ${b}, got ${a}`);
}

function fail(words: string): never {
  throw new Error(words);
}
