/** One session, one socket: who gets it, who is closed, and which sessions of a user count. */
import { type EventLog, memoryLog } from 'everwire/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dial, type Frame, resumeAfter, startHub } from '../../support/hub.ts';

/** A log whose claims are stored at once, and answered when the test says so. */
function withSlowClaims(log: EventLog): { log: EventLog; claims: (() => void)[] } {
  const claims: (() => void)[] = [];
  return {
    claims,
    log: {
      ...log,
      async append(entry) {
        const position = await log.append(entry);
        if (entry.kind === 'claim') await new Promise<void>((resolve) => claims.push(resolve));
        return position;
      },
    },
  };
}

describe('two sockets that continue one session at the same time', () => {
  it.each(['first', 'second'])(
    'leave one, the newer, though the answer to the %s claim comes last',
    async (last) => {
      const shared = memoryLog();
      const { log, claims } = withSlowClaims(shared);
      await using one = await startHub({ log });
      await using two = await startHub({ log });
      const before = dial(one.url, { token: 'ada' });
      const hello = await before.next();
      before.socket.terminate();
      const query = resumeAfter('ada', hello, hello);
      const older = dial(one.url, query);
      await expect.poll(() => claims.length).toBe(1);
      const newer = dial(two.url, query);
      await expect.poll(() => claims.length).toBe(2);
      const [ofOlder, ofNewer] = claims;
      for (const answer of last === 'first' ? [ofNewer, ofOlder] : [ofOlder, ofNewer]) {
        answer?.();
        await new Promise(setImmediate);
      }
      // At once, and not only when it refreshes the record.
      const sessions = () => one.hub.stats().sessions + two.hub.stats().sessions;
      await expect.poll(sessions, { timeout: 5_000 }).toBe(1);
      expect(await older.closed).toBe(4409);
      await one.hub.publish({ user: 'ada' }, 'n', 1);
      expect(await newer.next()).toMatchObject({ data: 1, seq: 1 });
    },
  );
});

describe('a resume that is refused', () => {
  it('leaves the session to the socket that has it, where the log does not have the position any more', async () => {
    await using running = await startHub({ log: memoryLog({ maxEntries: 3 }) });
    const old = dial(running.url, { token: 'ada' });
    const hello = await old.next();
    let last: Frame = hello;
    for (let n = 0; n < 5; n += 1) {
      await running.hub.publish({ all: true }, 'n', n);
      last = await old.next();
    }
    const late = dial(running.url, resumeAfter('ada', hello, hello));
    expect(await late.next()).toMatchObject({ event: 'hello', seq: 0 });
    await running.hub.publish({ all: true }, 'n', 5);
    expect(await old.next()).toMatchObject({ data: 5, seq: Number(last['seq']) + 1 });
  });
});

describe('the record of a session', () => {
  it('is not brought back by a process that has lost it to another', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    let isHeld = false;
    const shared = memoryLog();
    // A process that does not read on, as one that stands still.
    const lagging: EventLog = {
      ...shared,
      tail: (after, onEntries, signal, onTrimmed) =>
        shared.tail(after, (entries) => !isHeld && onEntries(entries), signal, onTrimmed),
    };
    await using one = await startHub({ log: lagging });
    await using two = await startHub({ log: shared });
    const old = dial(one.url, { token: 'ada' });
    const hello = await old.next();
    isHeld = true;
    const newer = dial(two.url, resumeAfter('ada', hello, hello));
    newer.send({ event: 'ping', seq: 1 });
    await newer.next();
    // It learns of it when it refreshes the record.
    await vi.advanceTimersByTimeAsync(shared.keepMs / 3);
    expect(await old.closed).toBe(4409);
  });

  it('is gone where entries were removed before the process had read them: every client begins anew', async () => {
    const shared = memoryLog();
    let trim: () => void = () => undefined;
    const log: EventLog = {
      ...shared,
      tail(after, onEntries, signal, onTrimmed) {
        trim = onTrimmed;
        shared.tail(after, onEntries, signal, onTrimmed);
      },
    };
    await using running = await startHub({ log });
    const client = dial(running.url, { token: 'ada' });
    const hello = await client.next();
    trim();
    expect(await client.closed).toBe(1012);
    const again = dial(running.url, resumeAfter('ada', hello, hello));
    const next = await again.until(({ event }) => event === 'hello').catch(() => null);
    // The first to come after it makes the process begin the log anew, and is told to come back.
    if (next === null) expect(await again.closed).toBe(1012);
    expect(running.hub.stats().refused.unknown).toBe(1);
    const { connection_id: id } = hello['data'] as { connection_id: string };
    expect(await shared.loadSession(id)).toBeNull();
  });
});

describe('sessions of one user', () => {
  it('that wait for their client do not count: who reloads a page often keeps the other pages', async () => {
    await using running = await startHub({ limits: { sessionsPerUser: 2 } });
    const other = dial(running.url, { token: 'ada' });
    await other.next();
    for (let reload = 0; reload < 10; reload += 1) {
      const page = dial(running.url, { token: 'ada' });
      await page.next();
      page.socket.close(1000);
      await page.closed;
    }
    await running.hub.publish({ user: 'ada' }, 'n', 1);
    expect(await other.next()).toMatchObject({ data: 1, seq: 1 });
    expect(running.hub.stats().closed).toEqual({});
  });

  it('that wait are kept in the same number, the newest', async () => {
    const log = memoryLog();
    await using running = await startHub({ log, limits: { sessionsPerUser: 2 } });
    for (let reload = 0; reload < 10; reload += 1) {
      const page = dial(running.url, { token: 'ada' });
      await page.next();
      page.socket.close(1000);
      await page.closed;
    }
    const last = dial(running.url, { token: 'ada' });
    await last.next();
    expect((await log.sessionsBeyond('ada', 0)).length).toBeLessThanOrEqual(3);
  });

  it('with a socket are limited, also where all of them connect at once', async () => {
    await using running = await startHub({ limits: { sessionsPerUser: 3 } });
    const pages = Array.from({ length: 10 }, () => dial(running.url, { token: 'ada' }));
    await expect.poll(() => running.hub.stats().closed).toEqual({ 4408: 7 });
    expect(running.hub.stats().sessions).toBe(3);
    await running.hub.publish({ user: 'ada' }, 'n', 1);
    await expect.poll(() => pages.filter(({ socket }) => socket.readyState <= 1)).toHaveLength(3);
  });
});
