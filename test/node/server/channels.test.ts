/** Channels of a hub on real sockets: joins, past events, leaves, and what becomes of them after a lost link. */
import { createWebSocketService, joinChannel } from 'everwire/core';
import { type EventLog, HubError, memoryLog } from 'everwire/server';
import { describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { dial, type Frame, type RawClient, resumeAfter, startHub } from '../../support/hub.ts';

interface App {
  user: { id: string };
  channels: string;
}

const channels = { join: () => true };

interface Result {
  readonly name: string;
  readonly status: 'joined' | 'refused';
  readonly recovered?: boolean;
  readonly events?: readonly Frame[];
  readonly error?: { readonly id: string };
}

/** Frames until the reply to this message, and the results in it. */
async function ask(
  client: RawClient,
  event: string,
  asked: readonly unknown[],
  seq = 1,
): Promise<{ before: Frame[]; reply: Frame; results: Result[] }> {
  client.send({ event, data: { channels: asked }, seq });
  const frames = await client.until((frame) => frame['seq_reply'] === seq);
  const reply = frames.at(-1) ?? {};
  const { channels: results = [] } = (reply['data'] ?? {}) as { channels?: Result[] };
  return { before: frames.slice(0, -1), reply, results };
}

const textsOf = (events: readonly Frame[] = []): unknown[] => events.map(({ data }) => data);

async function signIn(url: string, token = 'ada'): Promise<{ client: RawClient; hello: Frame }> {
  const client = dial(url, { token });
  return { client, hello: await client.next() };
}

describe('a channel', () => {
  it('is read from the join to the leave, by those alone that have joined it', async () => {
    await using running = await startHub<App>({ channels });
    const { client } = await signIn(running.url);
    const { client: other } = await signIn(running.url, 'bo');
    await running.hub.publish({ channel: 'room:1' }, 'posted', 'before');
    const { reply, results } = await ask(client, 'join', [{ name: 'room:1' }, { name: 'room:2' }]);
    expect(reply['status']).toBe('OK');
    expect(results).toEqual([
      { name: 'room:1', status: 'joined' },
      { name: 'room:2', status: 'joined' },
    ]);
    const position = await running.hub.publish({ channel: 'room:1' }, 'posted', 'a');
    await running.hub.publish({ channel: 'room:3' }, 'posted', 'elsewhere');
    expect(await client.next()).toEqual({
      ...{ event: 'posted', data: 'a', channel: 'room:1', seq: 1 },
      position: `${position}.1`,
    });
    expect((await ask(client, 'leave', ['room:1', 'never joined'], 2)).reply).toEqual({
      ...{ seq_reply: 2, status: 'OK' },
    });
    await running.hub.publish({ channel: 'room:1' }, 'posted', 'b');
    await running.hub.publish({ all: true }, 'posted', 'for all');
    expect(await client.next()).toMatchObject({ data: 'for all', seq: 2 });
    expect(await other.next()).toMatchObject({ data: 'for all', seq: 1 });
  });

  it('loses and repeats nothing between the join and the first event', async () => {
    await using running = await startHub<App>({ channels });
    const { client } = await signIn(running.url);
    let isOver = false;
    const publishing = (async () => {
      for (let n = 1; !isOver; n += 1) {
        await running.hub.publish({ channel: 'c' }, 'n', n);
        await new Promise(setImmediate);
      }
    })();
    for (let round = 1; round <= 10; round += 1) {
      const { results, before } = await ask(client, 'join', [{ name: 'c', last: 5 }], round * 2);
      expect(before).toEqual([]);
      const [past = []] = results.map(({ events }) => textsOf(events).map(Number));
      const first = Number((await client.next())['data']);
      for (const [index, n] of past.entries()) expect(n).toBe(first - past.length + index);
      for (let n = first + 1; n < first + 20; n += 1) expect((await client.next())['data']).toBe(n);
      // What was sent before the answer to the leave is still on its way.
      await ask(client, 'leave', ['c'], round * 2 + 1);
    }
    isOver = true;
    await publishing;
  });

  it('is read in order, though events come while the join is being stored', async () => {
    const shared = memoryLog();
    let store: (() => void) | undefined;
    const log: EventLog = {
      ...shared,
      async saveSession(record, ttlMs) {
        if (record.joins > 0)
          await new Promise<void>((resolve) => {
            store = resolve;
          });
        return await shared.saveSession(record, ttlMs);
      },
    };
    await using running = await startHub<App>({ log, channels });
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    const { client } = await signIn(running.url);
    const asked = ask(client, 'join', [{ name: 'c', last: 5 }]);
    await expect.poll(() => store).toBeDefined();
    await running.hub.publish({ channel: 'c' }, 'n', 2);
    await running.hub.publish({ all: true }, 'n', 3);
    store?.();
    const { before, results } = await asked;
    expect([before, textsOf(results[0]?.events)]).toEqual([[], [1]]);
    expect(await client.next()).toMatchObject({ data: 2, seq: 1 });
    expect(await client.next()).toMatchObject({ data: 3, seq: 2 });
    await running.hub.publish({ channel: 'c' }, 'n', 4);
    expect(await client.next()).toMatchObject({ data: 4, seq: 3 });
  });

  it('is over in the record before the client is told: a process that dies in between leaks nothing', async () => {
    const shared = memoryLog();
    const log: EventLog = {
      ...shared,
      saveSession: (record, ttlMs) =>
        // It dies while it saves the end.
        Object.values(record.channels).some(({ until }) => until !== undefined)
          ? new Promise(() => undefined)
          : shared.saveSession(record, ttlMs),
    };
    const dying = await startHub<App>({ log, channels });
    await using next = await startHub<App>({ log: shared, channels });
    const { client, hello } = await signIn(dying.url);
    const { reply } = await ask(client, 'join', [{ name: 'c' }]);
    await dying.hub.leave({ user: 'ada' }, 'c');
    await dying.hub.publish({ all: true }, 'n', 'after');
    client.send({ event: 'ping', seq: 9 });
    const before = (await client.until((frame) => frame['seq_reply'] === 9)).slice(0, -1);
    await dying.kill();
    const last = { seq: 0, position: reply['position'], ...before.at(-1) };
    const again = dial(next.url, resumeAfter('ada', hello, last));
    await next.hub.publish({ channel: 'c' }, 'n', 'leak');
    await next.hub.publish({ all: true }, 'n', 'end');
    const frames = [...before, ...(await again.until(({ data }) => data === 'end'))];
    expect(frames.map(({ event, data }) => (event === 'n' ? data : event))).toEqual(['left', 'after', 'end']);
    dying.hub.close();
  });

  it('is asked for with its past: the newest events, all from a position, or all that there is', async () => {
    await using running = await startHub<App>({ channels });
    const positions: string[] = [];
    for (let n = 1; n <= 5; n += 1) {
      positions.push(await running.hub.publish({ channel: 'c' }, 'n', n));
      await running.hub.publish({ channel: 'other' }, 'n', -n);
    }
    const { client } = await signIn(running.url);
    const from = async (wanted: object, seq: number): Promise<Result | undefined> =>
      (await ask(client, 'join', [{ name: 'c', ...wanted }], seq)).results[0];
    expect(await from({ last: 2 }, 1)).toEqual({
      ...{ name: 'c', status: 'joined' },
      events: [
        { event: 'n', data: 4, position: positions[3] },
        { event: 'n', data: 5, position: positions[4] },
      ],
    });
    expect(textsOf((await from({ last: 100 }, 2))?.events)).toEqual([1, 2, 3, 4, 5]);
    expect(textsOf((await from({ start: true }, 3))?.events)).toEqual([1, 2, 3, 4, 5]);
    const rest = await from({ position: positions[2] }, 4);
    expect(rest).toMatchObject({ recovered: true });
    expect(textsOf(rest?.events)).toEqual([4, 5]);
    // As a client has it: with what follows the position in its frames.
    expect(await from({ position: `${positions[4]}.3` }, 5)).toMatchObject({ recovered: true, events: [] });
    for (const [index, forged] of ['0-1', '99999999999999-1', 'x', ''].entries())
      expect(await from({ position: forged }, 6 + index)).toMatchObject({ recovered: false, events: [] });
  });

  it('says that it can not give the past where the log has dropped it, or where it is too much', async () => {
    await using running = await startHub<App>({ log: memoryLog({ maxEntries: 20 }), channels });
    const start = await running.hub.publish({ channel: 'c' }, 'n', 0);
    for (let n = 1; n <= 30; n += 1) await running.hub.publish({ channel: n % 2 ? 'c' : 'large' }, 'n', n);
    const kept = await running.hub.publish({ channel: 'c' }, 'n', 31);
    for (let n = 1; n <= 3; n += 1) await running.hub.publish({ channel: 'large' }, 'n', 'x'.repeat(400_000));
    const { client } = await signIn(running.url);
    const { results } = await ask(client, 'join', [
      { name: 'c', position: start },
      { name: 'large', position: kept },
      { name: 'small', position: kept },
    ]);
    expect(results).toEqual([
      { name: 'c', status: 'joined', recovered: false, events: [] },
      { name: 'large', status: 'joined', recovered: false, events: [] },
      { name: 'small', status: 'joined', recovered: true, events: [] },
    ]);
  });

  it('is refused by name: by the app, by its error, where it throws or takes too long, and by its form', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const errors: unknown[] = [];
      const verdicts: Record<string, () => unknown> = {
        fine: () => Promise.resolve(true),
        no: () => false,
        own: () => {
          throw new HubError({ id: 'room-full', message: 'The room is full.' });
        },
        throwing: () => Promise.reject(new Error('secret detail')),
        forgotten: () => undefined,
        slow: () => new Promise(() => undefined),
      };
      await using running = await startHub<App>({
        channels: { join: (name) => verdicts[name]?.() as boolean },
        logger: { info() {}, warn() {}, error: (...all) => errors.push(all) },
      });
      const { client } = await signIn(running.url);
      const names = [...Object.keys(verdicts), '', 'x'.repeat(257), '\ud800'];
      const asked = ask(
        client,
        'join',
        names.map((name) => ({ name })),
      );
      // The app has been asked for all of them by then: the last answer is on its way.
      await vi.waitFor(() => expect(errors).toHaveLength(2));
      await vi.advanceTimersByTimeAsync(5_000);
      const { results } = await asked;
      expect(results.map(({ status, error }) => error?.id ?? status)).toEqual([
        ...['joined', 'refused', 'room-full', 'failed', 'failed', 'timeout'],
        ...['invalid-name', 'invalid-name', 'invalid-name'],
      ]);
      expect(JSON.stringify(results)).not.toContain('secret detail');
      for (const name of ['no', 'own', 'throwing', 'forgotten', 'slow'])
        await running.hub.publish({ channel: name }, 'secret', name);
      await running.hub.publish({ channel: 'fine' }, 'n', 1);
      expect(await client.next()).toMatchObject({ channel: 'fine', seq: 1 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is asked of the app in the order in which joins and messages came', async () => {
    const order: string[] = [];
    await using running = await startHub<App>({
      channels: {
        async join(name) {
          await new Promise(setImmediate);
          order.push(name);
          return true;
        },
      },
      messages: { say: (data: unknown) => order.push(String(data)) } as never,
    });
    const { client } = await signIn(running.url);
    client.send({ event: 'join', data: { channels: [{ name: 'one' }] }, seq: 1 });
    client.send({ event: 'say', data: 'two', seq: 2 });
    client.send({ event: 'join', data: { channels: [{ name: 'three' }] }, seq: 3 });
    await client.until((frame) => frame['seq_reply'] === 3);
    expect(order).toEqual(['one', 'two', 'three']);
  });

  it('is limited in number and in form', async () => {
    await using running = await startHub<App>({ channels, limits: { channelsPerSession: 3 } });
    const { client } = await signIn(running.url);
    const named = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({ name: `c${from + index}` }));
    const first = await ask(client, 'join', named(0, 5), 1);
    expect(first.results.map(({ error }) => error?.id)).toEqual([
      ...[undefined, undefined, undefined],
      ...['too-many-channels', 'too-many-channels'],
    ]);
    // Joined already: takes no room.
    expect((await ask(client, 'join', named(0, 3), 2)).results.map(({ status }) => status)).toEqual([
      ...['joined', 'joined', 'joined'],
    ]);
    await ask(client, 'leave', ['c0'], 3);
    expect((await ask(client, 'join', named(4, 5), 4)).results[0]?.status).toBe('joined');
    const wrong = [
      [],
      named(0, 1_001),
      [{ name: 1 }],
      [{ name: 'a', last: 0 }],
      [{ name: 'a', last: 1, start: true }],
      [{ name: 'a', start: false }],
      [{ name: 'a' }, { name: 'a' }],
      [null],
    ];
    for (const [index, asked] of wrong.entries())
      expect((await ask(client, 'join', asked, 10 + index)).reply).toMatchObject({
        status: 'FAIL',
        error: { id: 'invalid-data' },
      });
    expect((await ask(client, 'leave', [1], 30)).reply).toMatchObject({ error: { id: 'invalid-data' } });
  });

  it('a join of many is possible at any rate, and does not end the socket', async () => {
    const limits = { messagesPerSecond: 2, channelsPerSession: 2_000 };
    const stopped = Date.now();
    await using running = await startHub<App>({ channels, limits, clock: () => stopped });
    const { client } = await signIn(running.url);
    const named = (from: number): object[] =>
      Array.from({ length: 1_000 }, (_, n) => ({ name: `c${from + n}` }));
    expect((await ask(client, 'join', named(0), 1)).results).toHaveLength(1_000);
    expect((await ask(client, 'join', named(1_000), 2)).results).toHaveLength(1_000);
    // Each of these costs the app nothing.
    for (let seq = 3; seq < 15; seq += 1) {
      const { reply } = await ask(client, 'join', named(0), seq);
      expect(reply).toMatchObject({ status: 'FAIL', error: { id: 'too-many-messages' } });
    }
  });

  it('a client that has more of them than it may join at once gets all of them in the end', async () => {
    let now = Date.now();
    const limits = { messagesPerSecond: 5, channelsPerSession: 3_000 };
    await using running = await startHub<App>({ channels, limits, clock: () => now });
    const service = createWebSocketService();
    service.connect({ url: running.url, token: 'ada', WebSocket });
    const all = Array.from({ length: 2_500 }, (_, n) => joinChannel(service, `room:${n}`));
    const statuses = new Set<string>();
    for (const one of all) one.subscribe(() => statuses.add(one.getState().status));
    await vi.waitFor(() => expect(running.hub.stats().dropped['too-many-messages']).toBe(1), 5_000);
    now += 60_000;
    await vi.waitFor(
      () => expect(all.filter((one) => one.getState().status === 'joined')).toHaveLength(2_500),
      { timeout: 15_000, interval: 100 },
    );
    expect(statuses).not.toContain('refused');
    service.dispose();
  });

  it('may have any name, also one that objects have', async () => {
    await using running = await startHub<App>({ channels });
    const { client, hello } = await signIn(running.url);
    const names = ['__proto__', 'constructor', 'a"b', 'ü 😀'];
    const { results, reply } = await ask(
      client,
      'join',
      names.map((name) => ({ name })),
    );
    expect(results.map(({ status }) => status)).toEqual(names.map(() => 'joined'));
    for (const name of names) await running.hub.publish({ channel: name }, 'n', name);
    client.socket.terminate();
    const again = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    for (const name of names) expect(await again.next()).toMatchObject({ channel: name, data: name });
  });

  it('takes messages from its members, and tells the handler which channel', async () => {
    const said: unknown[] = [];
    await using running = await startHub<App>({
      channels,
      messages: {
        say: (data: unknown, { channels: joined }: { channels: unknown }, context: unknown) =>
          said.push([data, joined, context]),
      } as never,
    });
    const { client } = await signIn(running.url);
    client.send({ event: 'say', data: 1, channel: 'c', seq: 1 });
    expect(await client.next()).toMatchObject({ seq_reply: 1, error: { id: 'not-joined' } });
    await ask(client, 'join', [{ name: 'c' }], 2);
    client.send({ event: 'say', data: 2, channel: 'c', seq: 3 });
    client.send({ event: 'say', data: 3, seq: 4 });
    await client.until((frame) => frame['seq_reply'] === 4);
    expect(said).toEqual([
      [2, ['c'], { channel: 'c' }],
      [3, ['c'], { channel: undefined }],
    ]);
  });

  it('is an unknown message to a hub without channels, which may use the names itself', async () => {
    await using running = await startHub({ requests: { leave: () => 'left' } as never });
    const { client } = await signIn(running.url);
    expect((await ask(client, 'join', [{ name: 'c' }])).reply).toMatchObject({ error: { id: 'unknown' } });
    expect((await ask(client, 'leave', ['c'], 2)).reply).toMatchObject({ status: 'OK', data: 'left' });
  });
});

describe('after a lost link', () => {
  it('a session that goes on has its channels, with what they got meanwhile, in another process too', async () => {
    const log = memoryLog();
    await using first = await startHub<App>({ log, channels });
    await using second = await startHub<App>({ log, channels });
    const { client, hello } = await signIn(first.url);
    const { reply } = await ask(client, 'join', [{ name: 'c' }]);
    await first.kill();
    await second.hub.publish({ channel: 'c' }, 'n', 1);
    await second.hub.publish({ channel: 'other' }, 'n', 2);
    const again = dial(second.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    expect(await again.next()).toMatchObject({ channel: 'c', data: 1, seq: 1 });
    await second.hub.publish({ channel: 'c' }, 'n', 3);
    expect(await again.next()).toMatchObject({ channel: 'c', data: 3, seq: 2 });
  });

  it('a join whose answer was lost is none, until it is sent again: with its past, once', async () => {
    await using running = await startHub<App>({ channels });
    const known = await running.hub.publish({ channel: 'c' }, 'n', 0);
    const { client, hello } = await signIn(running.url);
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    const { reply } = await ask(client, 'join', [{ name: 'c', position: known }]);
    expect(reply['status']).toBe('OK');
    // The client never got it: it comes back with the position of its hello.
    client.socket.terminate();
    await running.hub.publish({ channel: 'c' }, 'n', 2);
    const again = dial(running.url, resumeAfter('ada', hello, hello));
    again.send({ event: 'ping', seq: 2 });
    expect(await again.next()).toMatchObject({ seq_reply: 2 });
    const { before, results } = await ask(again, 'join', [{ name: 'c', position: known }], 3);
    expect(before).toEqual([]);
    expect(results[0]).toMatchObject({ recovered: true });
    expect(textsOf(results[0]?.events)).toEqual([1, 2]);
    await running.hub.publish({ channel: 'c' }, 'n', 3);
    expect(await again.next()).toMatchObject({ data: 3, seq: 1 });
  });

  it('in a new session, channels are joined again with what they missed since the old one', async () => {
    await using running = await startHub<App>({ channels });
    const { client } = await signIn(running.url);
    await ask(client, 'join', [{ name: 'c' }]);
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    const { position } = await client.next();
    client.socket.terminate();
    await running.hub.publish({ channel: 'c' }, 'n', 2);
    const { client: again } = await signIn(running.url);
    const { results } = await ask(again, 'join', [{ name: 'c', position }]);
    expect(results[0]).toMatchObject({ recovered: true });
    expect(textsOf(results[0]?.events)).toEqual([2]);
  });

  it('a session that comes back asks the app again, and loses what it may not read any more', async () => {
    const allowed = new Set(['kept', 'lost']);
    const reasons: string[] = [];
    await using running = await startHub<App>({
      channels: {
        join: (name, _, { reason }) => {
          reasons.push(`${reason} ${name}`);
          return allowed.has(name);
        },
      },
    });
    const { client, hello } = await signIn(running.url);
    const { reply } = await ask(client, 'join', [{ name: 'kept' }, { name: 'lost' }]);
    client.socket.terminate();
    allowed.delete('lost');
    for (const channel of allowed) await running.hub.publish({ channel }, 'n', 1);
    await running.hub.publish({ channel: 'lost' }, 'secret', 1);
    const again = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    expect(await again.next()).toMatchObject({ channel: 'kept', seq: 1 });
    const left = await again.next();
    expect(left).toMatchObject({ event: 'left', data: { reason: 'refused' }, channel: 'lost', seq: 2 });
    await running.hub.publish({ channel: 'lost' }, 'secret', 2);
    await running.hub.publish({ channel: 'kept' }, 'n', 2);
    expect(await again.next()).toMatchObject({ channel: 'kept', data: 2, seq: 3 });
    expect(reasons).toEqual(['join kept', 'join lost', 'resume kept', 'resume lost']);
    // Also if the client did not get it: it is told again.
    again.socket.terminate();
    const third = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    const frames = await third.until(({ data, channel }) => channel === 'kept' && data === 2);
    expect(frames.filter(({ event }) => event === 'secret')).toEqual([]);
  });

  it('the client keeps its session where the app can not tell', async () => {
    let isDown = false;
    await using running = await startHub<App>({
      channels: {
        join() {
          if (isDown) throw new Error('database down');
          return true;
        },
      },
    });
    const { client, hello } = await signIn(running.url);
    const { reply } = await ask(client, 'join', [{ name: 'c' }]);
    client.socket.terminate();
    isDown = true;
    const query = resumeAfter('ada', hello, { seq: 0, position: reply['position'] });
    expect(await dial(running.url, query).closed).toBe(1013);
    isDown = false;
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    expect(await dial(running.url, query).next()).toMatchObject({ channel: 'c', seq: 1 });
  });

  it('a channel that was left stays left', async () => {
    await using running = await startHub<App>({ channels });
    const { client, hello } = await signIn(running.url);
    const { reply } = await ask(client, 'join', [{ name: 'c' }, { name: 'd' }]);
    await ask(client, 'leave', ['c'], 2);
    client.socket.terminate();
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    await running.hub.publish({ channel: 'd' }, 'n', 2);
    const again = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    expect(await again.next()).toMatchObject({ channel: 'd', seq: 1 });
  });
});

describe('the server ends a membership', () => {
  it('of a session, a user or everybody, in every process: the event is the last of the channel', async () => {
    const log = memoryLog();
    await using first = await startHub<App>({ log, channels });
    await using second = await startHub<App>({ log, channels });
    const { client: ada } = await signIn(first.url, 'ada');
    const { client: bo } = await signIn(first.url, 'bo');
    for (const client of [ada, bo]) await ask(client, 'join', [{ name: 'c' }, { name: 'd' }]);
    await second.hub.publish({ channel: 'c' }, 'n', 1);
    await second.hub.leave({ user: 'ada' }, 'c', { reason: 'removed' });
    await second.hub.publish({ channel: 'c' }, 'n', 2);
    await second.hub.publish({ channel: 'd' }, 'n', 3);
    expect(await ada.next()).toMatchObject({ channel: 'c', data: 1, seq: 1 });
    expect(await ada.next()).toMatchObject({
      ...{ event: 'left', data: { reason: 'removed' }, channel: 'c', seq: 2 },
    });
    expect(await ada.next()).toMatchObject({ channel: 'd', data: 3, seq: 3 });
    for (const [data, seq] of [
      [1, 1],
      [2, 2],
      [3, 3],
    ])
      expect(await bo.next()).toMatchObject({ data, seq });
    await second.hub.leave({ all: true }, 'd');
    for (const client of [ada, bo])
      expect(await client.next()).toMatchObject({
        event: 'left',
        data: { reason: null },
        channel: 'd',
        seq: 4,
      });
  });

  it('while its client is away: it is told in its place, and may join again', async () => {
    await using running = await startHub<App>({ channels });
    const { client, hello } = await signIn(running.url);
    const { reply } = await ask(client, 'join', [{ name: 'c' }]);
    client.socket.terminate();
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    await running.hub.leave({ user: 'ada' }, 'c');
    await running.hub.publish({ channel: 'c' }, 'n', 2);
    const again = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    expect(await again.next()).toMatchObject({ data: 1, seq: 1 });
    expect(await again.next()).toMatchObject({ event: 'left', seq: 2 });
    expect((await ask(again, 'join', [{ name: 'c' }], 2)).results[0]?.status).toBe('joined');
    await running.hub.publish({ channel: 'c' }, 'n', 3);
    expect(await again.next()).toMatchObject({ data: 3, seq: 3 });
  });

  it('from a handler, for its own session', async () => {
    await using running = await startHub<App>({
      channels,
      requests: {
        out: (_: unknown, session: { leave(name: string): unknown }) => session.leave('c'),
      } as never,
    });
    const { client } = await signIn(running.url);
    await ask(client, 'join', [{ name: 'c' }]);
    client.send({ event: 'out', seq: 2 });
    // The event and the reply, in this order or the other.
    const frames = [await client.next(), await client.next()];
    expect(frames).toContainEqual(expect.objectContaining({ event: 'left', channel: 'c', seq: 1 }));
    await running.hub.publish({ channel: 'c' }, 'n', 1);
    await running.hub.publish({ all: true }, 'n', 2);
    expect(await client.next()).toMatchObject({ data: 2, seq: 2 });
  });

  it('not with a wrong target, and no app can send the event itself', async () => {
    await using running = await startHub<App>({ channels });
    await expect(running.hub.leave({ channel: 'c' } as never, 'c')).rejects.toMatchObject({
      id: 'invalid-target',
    });
    await expect(running.hub.leave({ all: true }, '')).rejects.toMatchObject({ id: 'invalid-target' });
    for (const event of ['left', 'hello'])
      await expect(running.hub.publish({ all: true }, event, {})).rejects.toMatchObject({
        id: 'invalid-event',
      });
  });
});

describe('a join with a position', () => {
  it('further than its process has read: what the client has is not sent again', async () => {
    const shared = memoryLog();
    let isHeld = false;
    const held: (() => void)[] = [];
    const lagging: EventLog = {
      ...shared,
      tail: (after, onEntries, signal, onTrimmed) =>
        shared.tail(
          after,
          (entries) => (isHeld ? held.push(() => onEntries(entries)) : onEntries(entries)),
          signal,
          onTrimmed,
        ),
    };
    await using running = await startHub<App>({ log: lagging, channels });
    await using other = await startHub<App>({ log: shared, channels });
    const { client } = await signIn(running.url);
    isHeld = true;
    const position = await other.hub.publish({ channel: 'c' }, 'n', 1);
    await other.hub.publish({ channel: 'c' }, 'n', 2);
    const { results } = await ask(client, 'join', [{ name: 'c', position }]);
    expect(results[0]).toMatchObject({ recovered: true, events: [] });
    for (const release of held) release();
    expect(await client.next()).toMatchObject({ data: 2, seq: 1 });
  });
});

describe('while the log can not be reached', () => {
  it('a join is answered with unavailable and changes nothing; what was joined goes on', async () => {
    const shared = memoryLog();
    let isDown = false;
    const log: EventLog = {
      ...shared,
      saveSession: (record, ttlMs) =>
        isDown ? Promise.reject(new Error('ECONNREFUSED')) : shared.saveSession(record, ttlMs),
    };
    await using running = await startHub<App>({ log, channels });
    const { client, hello } = await signIn(running.url);
    await ask(client, 'join', [{ name: 'a' }], 1);
    isDown = true;
    expect((await ask(client, 'join', [{ name: 'b' }], 2)).reply).toMatchObject({
      error: { id: 'unavailable' },
    });
    isDown = false;
    const { reply } = await ask(client, 'join', [{ name: 'c' }], 3);
    for (const channel of ['a', 'b', 'c']) await running.hub.publish({ channel }, 'n', channel);
    expect(await client.next()).toMatchObject({ data: 'a', seq: 1 });
    expect(await client.next()).toMatchObject({ data: 'c', seq: 2 });
    client.socket.terminate();
    const again = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: reply['position'] }));
    expect(await again.next()).toMatchObject({ data: 'a', seq: 1 });
    expect(await again.next()).toMatchObject({ data: 'c', seq: 2 });
  });
});

describe('what may be read', () => {
  it('begins where the app says: neither by number nor by a position can a client read what was before', async () => {
    let added = '';
    await using running = await startHub<App>({ channels: { join: () => ({ since: added }) } });
    const early = await running.hub.publish({ channel: 'c' }, 'secret', 1);
    added = await running.hub.publish({ channel: 'c' }, 'added', { user: 'ada' });
    const later = await running.hub.publish({ channel: 'c' }, 'n', 2);
    const { client } = await signIn(running.url);
    const from = async (wanted: object, seq: number): Promise<Result | undefined> =>
      (await ask(client, 'join', [{ name: 'c', ...wanted }], seq)).results[0];
    expect(textsOf((await from({ last: 10 }, 1))?.events)).toEqual([2]);
    expect(textsOf((await from({ start: true }, 2))?.events)).toEqual([2]);
    expect(await from({ position: early }, 3)).toMatchObject({ recovered: false, events: [] });
    expect(await from({ position: later }, 4)).toMatchObject({ recovered: true, events: [] });
  });
});
