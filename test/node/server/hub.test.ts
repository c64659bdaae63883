/** A hub on real sockets: sessions, resumes, who gets what, and what clients may do. */
import { createHub, HubError, memoryLog } from 'everwire/server';
import { describe, expect, it } from 'vitest';
import { dial, resumeAfter, startHub } from '../../support/hub.ts';

describe('a session', () => {
  it('begins with a hello that is number 0, and counts its events from 1', async () => {
    await using running = await startHub();
    const client = dial(running.url, { token: 'ada' });
    expect(await client.next()).toMatchObject({
      event: 'hello',
      data: { connection_id: expect.any(String) },
      position: expect.stringMatching(/^\d+-\d+$/),
      seq: 0,
    });
    await running.hub.publish({ all: true }, 'posted', { text: 'a' });
    const position = await running.hub.publish({ user: 'ada' }, 'posted', { text: 'b' });
    expect(await client.next()).toMatchObject({ event: 'posted', data: { text: 'a' }, seq: 1 });
    expect(await client.next()).toEqual({ event: 'posted', data: { text: 'b' }, seq: 2, position });
  });

  it('gets what was published between its record and its first event', async () => {
    await using running = await startHub();
    const client = dial(running.url, { token: 'ada' });
    let isOver = false;
    const publishing = (async () => {
      for (let n = 1; !isOver; n += 1) {
        await running.hub.publish({ all: true }, 'n', n);
        await new Promise(setImmediate);
      }
    })();
    await client.next();
    const first = Number((await client.next())['data']);
    for (let n = first + 1; n < first + 200; n += 1) expect(await client.next()).toMatchObject({ data: n });
    isOver = true;
    await publishing;
  });

  it('is continued by another process, with what it missed, in order, once', async () => {
    const log = memoryLog();
    const first = await startHub({ log });
    await using second = await startHub({ log });
    const before = dial(first.url, { token: 'ada' });
    const hello = await before.next();
    await second.hub.publish({ all: true }, 'n', 1);
    const last = await before.next();
    await first.kill();
    await second.hub.publish({ all: true }, 'n', 2);
    await second.hub.publish({ user: 'bo' }, 'n', 'not for ada');
    await second.hub.publish({ user: 'ada' }, 'n', 3);
    const after = dial(second.url, resumeAfter('ada', hello, last));
    expect(await after.next()).toMatchObject({ event: 'n', data: 2, seq: 2 });
    expect(await after.next()).toMatchObject({ event: 'n', data: 3, seq: 3 });
    await second.hub.publish({ all: true }, 'n', 4);
    expect(await after.next()).toMatchObject({ event: 'n', data: 4, seq: 4 });
    expect(second.hub.stats()).toMatchObject({ resumed: 1, sessions: 1 });
    await first[Symbol.asyncDispose]();
  });

  it('is continued from the position of an answer to a ping, though nothing was sent to it', async () => {
    await using running = await startHub();
    const before = dial(running.url, { token: 'ada' });
    const hello = await before.next();
    await running.hub.publish({ user: 'bo' }, 'n', 1);
    before.send({ event: 'ping', seq: 1 });
    const pong = await before.next();
    expect(pong).toMatchObject({ seq_reply: 1, status: 'OK' });
    expect(pong['position']).not.toBe(hello['position']);
    before.socket.terminate();
    const after = dial(running.url, resumeAfter('ada', hello, { seq: 0, position: pong['position'] }));
    await running.hub.publish({ user: 'ada' }, 'n', 2);
    expect(await after.next()).toMatchObject({ data: 2, seq: 1 });
  });

  it('is not continued for another user, with an unknown id, or from a position that is not in the log', async () => {
    await using running = await startHub();
    const client = dial(running.url, { token: 'ada' });
    const hello = await client.next();
    await running.hub.publish({ all: true }, 'secret', 1);
    const last = await client.next();
    const good = resumeAfter('ada', hello, last);
    const wrong = [
      { ...good, token: 'bo' },
      { ...good, connection_id: 'unknown' },
      { ...good, position: '0-0' },
      { ...good, position: '99999999999999-0' },
      { ...good, position: 'x' },
      { ...good, sequence_number: '-1' },
    ];
    for (const query of wrong) {
      const other = dial(running.url, query);
      expect(await other.next()).toMatchObject({ event: 'hello', seq: 0 });
      await running.hub.publish({ all: true }, 'next', 1);
      expect(await other.next()).toMatchObject({ event: 'next', seq: 1 });
    }
    expect(running.hub.stats().refused).toEqual({ unknown: 1, foreign: 1, malformed: 3, trimmed: 1 });
  });

  it('begins anew where the log has dropped what it missed', async () => {
    const log = memoryLog({ maxEntries: 3 });
    await using running = await startHub({ log });
    const client = dial(running.url, { token: 'ada' });
    const hello = await client.next();
    client.socket.terminate();
    for (let n = 0; n < 5; n += 1) await running.hub.publish({ all: true }, 'n', n);
    const after = dial(running.url, resumeAfter('ada', hello, hello));
    expect(await after.next()).toMatchObject({ event: 'hello', seq: 0 });
    expect(running.hub.stats().refused.trimmed).toBe(1);
  });

  it('belongs to the newest of its sockets, in every process', async () => {
    const log = memoryLog();
    await using first = await startHub({ log });
    await using second = await startHub({ log });
    const old = dial(first.url, { token: 'ada' });
    const hello = await old.next();
    const newest = dial(second.url, resumeAfter('ada', hello, hello));
    expect(await old.closed).toBe(4409);
    await first.hub.publish({ user: 'ada' }, 'n', 1);
    expect(await newest.next()).toMatchObject({ data: 1, seq: 1 });
    const again = dial(second.url, resumeAfter('ada', hello, hello));
    expect(await newest.closed).toBe(4409);
    expect(await again.next()).toMatchObject({ data: 1, seq: 1 });
  });
});

describe('who may connect', () => {
  it('closes with 4401 where authenticate returns null, and with 1013 where it can not tell', async () => {
    await using refusing = await startHub();
    expect(await dial(refusing.url, { token: '' }).closed).toBe(4401);
    await using throwing = await startHub({
      authenticate: () => {
        throw new Error('database down');
      },
    });
    // The database is away: the client keeps its token, and comes back.
    expect(await dial(throwing.url, { token: 'ada' }).closed).toBe(1013);
    await using nameless = await startHub({ identify: () => undefined as never });
    expect(await dial(nameless.url, { token: 'ada' }).closed).toBe(1013);
  });

  it('takes the token from a subprotocol, or from the first message', async () => {
    await using running = await startHub();
    const encoded = Buffer.from('ada').toString('base64url');
    const byProtocol = dial(running.url, {}, { protocols: ['everwire', `everwire.token.${encoded}`] });
    expect(await byProtocol.next()).toMatchObject({ event: 'hello' });
    const byMessage = dial(running.url, {});
    byMessage.send({ event: 'authenticate', data: { token: 'ada' }, seq: 1 });
    expect(await byMessage.next()).toEqual({ seq_reply: 1, status: 'OK' });
    expect(await byMessage.next()).toMatchObject({ event: 'hello' });
  });

  it('closes with 4403 for an origin that is not listed', async () => {
    await using running = await startHub({ origins: ['https://good.test'] });
    expect(await dial(running.url, { token: 'ada' }, { origin: 'https://bad.test' }).closed).toBe(4403);
    const good = dial(running.url, { token: 'ada' }, { origin: 'https://good.test' });
    expect(await good.next()).toMatchObject({ event: 'hello' });
  });

  it('ends the oldest session of a user that has too many', async () => {
    await using running = await startHub({ limits: { sessionsPerUser: 2 } });
    const clients = [];
    for (let n = 0; n < 3; n += 1) {
      const client = dial(running.url, { token: 'ada' });
      await client.next();
      clients.push(client);
    }
    expect(await clients[0]?.closed).toBe(4408);
    expect(running.hub.stats().sessions).toBe(2);
  });
});

describe('what clients send', () => {
  const requests = {
    add: ({ a, b }: { a: number; b: number }) => a + b,
    fail: () => {
      throw new HubError({ id: 'not-allowed', message: 'You may not.' });
    },
    crash: () => {
      throw new Error('secret detail');
    },
  };

  it('is answered in order, and errors of the server stay there', async () => {
    const errors: unknown[] = [];
    await using running = await startHub({
      requests: requests as never,
      logger: { info() {}, warn() {}, error: (...all) => errors.push(all) },
    });
    const client = dial(running.url, { token: 'ada' });
    client.send({ event: 'add', data: { a: 1, b: 2 }, seq: 1 });
    client.send({ event: 'fail', seq: 2 });
    client.send({ event: 'crash', seq: 3 });
    client.send({ event: 'toString', seq: 4 });
    const replies = (await client.until((frame) => frame['seq_reply'] === 4)).slice(1);
    expect(replies).toEqual([
      { seq_reply: 1, status: 'OK', data: 3 },
      { seq_reply: 2, status: 'FAIL', error: { id: 'not-allowed', message: 'You may not.' } },
      { seq_reply: 3, status: 'FAIL', error: { id: 'failed', message: 'The request failed.' } },
      { seq_reply: 4, status: 'FAIL', error: { id: 'unknown', message: expect.any(String) } },
    ]);
    expect(JSON.stringify(errors)).toContain('secret detail');
  });

  it('that is not JSON closes with 1007, and what is too large with 1009; the others stay', async () => {
    await using running = await startHub({ limits: { frameBytes: 100 } });
    const witness = dial(running.url, { token: 'bo' });
    await witness.next();
    for (const [text, code] of [
      ['{', 1007],
      ['[]', 1007],
      ['{"event":1}', 1007],
      [JSON.stringify({ event: 'x', data: 'x'.repeat(100) }), 1009],
    ] as const) {
      const client = dial(running.url, { token: 'ada' });
      await client.next();
      client.send(text);
      expect(await client.closed).toBe(code);
    }
    await running.hub.publish({ all: true }, 'n', 1);
    expect(await witness.next()).toMatchObject({ data: 1 });
  });

  it('may come in a burst; above it is refused, and closes the socket only where that goes on', async () => {
    let now = 0;
    const warnings: unknown[] = [];
    await using running = await startHub({
      limits: { messagesPerSecond: 2 },
      clock: () => now,
      messages: { say: () => 1 } as never,
      logger: { info() {}, warn: (...all) => warnings.push(all), error() {} },
    });
    const client = dial(running.url, { token: 'ada' });
    await client.next();
    let seq = 0;
    const say = async (count: number): Promise<string> => {
      const replies = [];
      for (let one = 0; one < count; one += 1) {
        seq += 1;
        client.send({ event: 'say', seq });
        replies.push((await client.next())['status']);
      }
      return replies.map((status) => (status === 'OK' ? '.' : 'x')).join('');
    };
    // As a client that was away sends what has waited meanwhile.
    expect(await say(20)).toBe('.'.repeat(20));
    expect(await say(3)).toBe('xxx');
    expect(running.hub.stats().dropped).toEqual({ 'too-many-messages': 3, busy: 0 });
    expect(warnings).toHaveLength(1);
    // Somewhat more than allowed, for a minute: those are refused, and the socket stays.
    for (let second = 0; second < 60; second += 1) {
      now += 1_000;
      expect(await say(3)).toBe('..x');
    }
    // A flood.
    expect(await say(19)).toBe('x'.repeat(19));
    client.send({ event: 'say', seq: seq + 1 });
    expect(await client.closed).toBe(4429);
  });
});

describe('what must not spread', () => {
  it('a wrong target is refused before it is stored', async () => {
    await using running = await startHub();
    const client = dial(running.url, { token: 'ada' });
    await client.next();
    for (const target of ['ada', undefined, {}, { user: 7 }, { all: true, user: 'ada' }])
      await expect(running.hub.publish(target as never, 'n', 1)).rejects.toMatchObject({
        id: 'invalid-target',
      });
    await running.hub.publish({ all: true }, 'n', 2);
    expect(await client.next()).toMatchObject({ data: 2, seq: 1 });
  });

  it('a socket that throws costs the sessions behind it nothing', async () => {
    const hub = createHub({ authenticate: () => ({}), identify: () => 'ada' });
    const frames: string[][] = [[], []];
    const sockets = frames.map((sent, index) => ({
      send(text: string) {
        if (index === 0 && sent.length > 0) throw new Error('closed');
        sent.push(text);
      },
      close() {},
      on() {},
    }));
    for (const socket of sockets) hub.accept(socket, { headers: {} });
    await expect.poll(() => hub.stats().sessions).toBe(2);
    await expect.poll(() => frames.every((sent) => sent.length === 1)).toBe(true);
    await hub.publish({ all: true }, 'n', 1);
    expect(frames[1]).toHaveLength(2);
    hub.close();
  });

  it('a process whose log was lost begins no session that would hear nothing', async () => {
    let now = 1_000_000;
    const clock = () => now;
    await using running = await startHub({ log: memoryLog({ clock }), clock });
    await dial(running.url, { token: 'ada' }).next();
    // The machine slept: everything that this process has read is too old.
    now += 130_000;
    expect(await dial(running.url, { token: 'bo' }).closed).toBe(1012);
    const again = dial(running.url, { token: 'bo' });
    expect(await again.next()).toMatchObject({ event: 'hello' });
    await running.hub.publish({ all: true }, 'n', 1);
    expect(await again.next()).toMatchObject({ data: 1, seq: 1 });
  });
});

describe('a hub that stops', () => {
  it('closes its sockets with 1012, spread over a time, and takes no new ones', async () => {
    await using running = await startHub();
    const clients = [dial(running.url, { token: 'ada' }), dial(running.url, { token: 'bo' })];
    for (const client of clients) await client.next();
    await running.hub.drain({ overMs: 10 });
    expect(await Promise.all(clients.map(({ closed }) => closed))).toEqual([1012, 1012]);
    expect(await dial(running.url, { token: 'ada' }).closed).toBe(1012);
  });

  it('rejects publish with log-unavailable while the log is down, and closes new sessions with 1013', async () => {
    const log = memoryLog();
    let isDown = false;
    const append: typeof log.append = (entry) =>
      isDown ? Promise.reject(new Error('ECONNREFUSED')) : log.append(entry);
    const saveSession: typeof log.saveSession = (record, ttlMs) =>
      isDown ? Promise.reject(new Error('ECONNREFUSED')) : log.saveSession(record, ttlMs);
    await using running = await startHub({ log: { ...log, append, saveSession } });
    const open = dial(running.url, { token: 'ada' });
    await open.next();
    isDown = true;
    await expect(running.hub.publish({ all: true }, 'n', 1)).rejects.toMatchObject({ id: 'log-unavailable' });
    expect(await dial(running.url, { token: 'bo' }).closed).toBe(1013);
    isDown = false;
    await running.hub.publish({ all: true }, 'n', 2);
    expect(await open.next()).toMatchObject({ data: 2, seq: 1 });
  });
});
