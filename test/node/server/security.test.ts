/** What a hostile client can learn from a hub, and what it can cost. */
import { createHub, type EventLog, type HubSocket, memoryLog } from 'everwire/server';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { dial, type Frame, type RawClient, resumeAfter, startHub } from '../../support/hub.ts';

const channels = {
  join: (name: string, session: { user: unknown }) =>
    name === 'all' || (session.user as { id: string }).id === 'ada',
};

/** Everything that arrives up to the answer to a ping, which is behind all that was sent before. */
async function drained(client: RawClient, seq: number): Promise<Frame[]> {
  client.send({ event: 'ping', seq });
  return (await client.until((frame) => frame['seq_reply'] === seq)).slice(0, -1);
}

describe("another user's session", () => {
  it('reveals nothing to who knows its id and its positions: not an event, not that it exists', async () => {
    await using running = await startHub({ channels });
    const ada = dial(running.url, { token: 'ada' });
    const hello = await ada.next();
    ada.send({ event: 'join', data: { channels: [{ name: 'private' }] }, seq: 1 });
    const { position } = await ada.next();
    const { connection_id: session } = hello['data'] as { connection_id: string };
    for (const target of [{ user: 'ada' }, { session }, { channel: 'private' }])
      await running.hub.publish(target, 'secret', 1);
    const shapes: string[] = [];
    for (const connection_id of [session, 'unknown'])
      for (const known of [hello['position'], position]) {
        const query = resumeAfter('mallory', hello, { seq: 0, position: known });
        const mallory = dial(running.url, { ...query, connection_id });
        await running.hub.publish({ session }, 'secret', 2);
        const frames = [await mallory.next(), ...(await drained(mallory, 1))];
        expect(JSON.stringify(frames)).not.toContain('secret');
        shapes.push(
          frames.map(({ event, seq, data }) => `${event} ${seq} ${Object.keys(data as object)}`).join(),
        );
      }
    expect(new Set(shapes)).toEqual(new Set(['hello 0 connection_id']));
    // And its own socket does not notice.
    expect((await drained(ada, 2)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('is not reached by publishing, joining or leaving: a client has no words for it', async () => {
    await using running = await startHub({ channels, messages: { say: () => undefined } as never });
    const mallory = dial(running.url, { token: 'mallory' });
    await mallory.next();
    mallory.send({ event: 'join', data: { channels: [{ name: 'private', start: true }] }, seq: 1 });
    mallory.send({ event: 'say', channel: 'private', data: {}, seq: 2 });
    mallory.send({ event: 'left', channel: 'private', data: {}, seq: 3 });
    await running.hub.publish({ channel: 'private' }, 'secret', 1);
    const frames = await drained(mallory, 4);
    expect(frames.every((frame) => 'seq_reply' in frame)).toBe(true);
    expect(JSON.stringify(frames)).not.toContain('secret');
  });
});

describe('a forged position', () => {
  it('reveals nothing: neither from before the session nor of a channel that may not be read', async () => {
    await using running = await startHub({ channels });
    const positions: string[] = [];
    for (const target of [{ all: true }, { user: 'mallory' }, { channel: 'private' }] as const)
      positions.push(await running.hub.publish(target, 'secret', 1));
    const client = dial(running.url, { token: 'mallory' });
    const hello = await client.next();
    client.send({ event: 'join', data: { channels: [{ name: 'all' }, { name: 'private' }] }, seq: 1 });
    await client.next();
    const forged = [
      ...positions,
      '0-0',
      '0-1',
      '1-1',
      `${hello['position']}.999`,
      '-',
      '1-1; DROP',
      '9'.repeat(300),
    ];
    for (const position of forged) {
      const again = dial(running.url, resumeAfter('mallory', hello, { seq: 0, position }));
      again.send({
        ...{ event: 'join', seq: 1 },
        data: { channels: ['private', 'all'].map((name) => ({ name, position })) },
      });
      expect(JSON.stringify(await again.until((frame) => 'seq_reply' in frame))).not.toContain('secret');
    }
  });
});

describe('limits', () => {
  it('hold where a client sends 100,000 messages at once: others are served, and its handler is not', async () => {
    let handled = 0;
    await using running = await startHub({
      // All of them in one second.
      clock: () => 0,
      messages: { say: () => (handled += 1) } as never,
    });
    const witness = dial(running.url, { token: 'bo' });
    await witness.next();
    const flood = dial(running.url, { token: 'mallory' });
    await flood.next();
    for (let seq = 1; seq <= 100_000; seq += 1) flood.socket.send(`{"event":"say","seq":${seq}}`);
    expect(await flood.closed).toBe(4429);
    expect(handled).toBeLessThanOrEqual(1_000);
    expect(running.hub.stats().dropped).toEqual({ 'too-many-messages': 1_000, busy: 0 });
    expect(await drained(witness, 1)).toEqual([]);
  });

  it('hold where a client joins 1,000 channels, again and again: what is kept of it does not grow', async () => {
    const log = memoryLog();
    let isAsked = 0;
    await using running = await startHub({
      ...{ log, limits: { channelsPerSession: 200 }, clock: () => 0 },
      channels: {
        join: () => {
          isAsked += 1;
          return true;
        },
      },
    });
    const client = dial(running.url, { token: 'mallory' });
    const hello = await client.next();
    const { connection_id: id } = hello['data'] as { connection_id: string };
    for (let round = 0; round < 10; round += 1) {
      const names = Array.from({ length: 100 }, (_, index) => ({
        name: `${round * 100 + index}`.padEnd(256, 'x'),
      }));
      client.send({ event: 'join', data: { channels: names }, seq: round + 1 });
    }
    await client.until((frame) => frame['seq_reply'] === 10);
    const record = await log.loadSession(id);
    expect(Object.keys(record?.channels ?? {})).toHaveLength(200);
    // Names that are refused cost a question each: ten names count as a message.
    for (let seq = 11; seq <= 300; seq += 1)
      client.send({
        event: 'join',
        data: { channels: Array.from({ length: 100 }, (_, n) => ({ name: `${seq}-${n}` })) },
        seq,
      });
    await client.until((frame) => frame['seq_reply'] === 300).catch(() => undefined);
    expect(isAsked).toBeLessThanOrEqual(10_000);
  });

  it('hold where a frame has 64 MiB: it is not even made a text', () => {
    const hub = createHub({ authenticate: () => ({}), identify: () => 'ada' });
    onTestFinished(() => hub.close());
    const frame = Buffer.alloc(64 * 1_024 * 1_024, 'x');
    // Another copy of it.
    frame.toString = () => {
      throw new Error('it was made a text');
    };
    // As `ws` passes it on: one buffer, or its parts.
    for (const data of [frame, [frame.subarray(0, 1_000), frame.subarray(1_000)]]) {
      const codes: number[] = [];
      let receive: (data: unknown, isBinary: boolean) => void = () => undefined;
      hub.accept(
        {
          send() {},
          close: (code) => codes.push(code),
          on(event: string, listener: (data: unknown, isBinary: boolean) => void) {
            if (event === 'message') receive = listener;
          },
        },
        { headers: {} },
      );
      receive(data, false);
      expect(codes).toEqual([1009]);
    }
  });

  it('hold where a client does not say who it is: it is closed in time, and what it sends meanwhile is bounded', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    let asked = 0;
    await using running = await startHub({
      authenticate: ({ token }) => {
        asked += 1;
        return token === undefined ? (null as never) : new Promise<never>(() => undefined);
      },
    });
    const slow = dial(running.url, { token: 'mallory' });
    await new Promise((resolve) => slow.socket.once('open', resolve));
    for (let seq = 1; seq <= 40; seq += 1) slow.send({ event: 'say', data: 'x'.repeat(60_000), seq });
    const silent = dial(running.url, {});
    await expect.poll(() => asked).toBe(2);
    await expect.poll(() => running.hub.stats().dropped.busy).toBeGreaterThan(20);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await Promise.all([slow.closed, silent.closed])).toEqual([4401, 4401]);
    expect(running.hub.stats().sockets).toBe(0);
  });

  it('hold where a client reads nothing and sends pongs that nobody asked for', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const hub = createHub({ authenticate: () => ({}), identify: () => 'ada' });
    onTestFinished(() => hub.close());
    const cut: string[] = [];
    const accept = (name: string, answer: (text: string) => unknown): void => {
      let onPong: (data?: unknown) => void = () => undefined;
      const socket: HubSocket = {
        send() {},
        close() {},
        terminate: () => cut.push(name),
        ping: (text) => onPong(answer(text)),
        on(event: string, listener: (data?: unknown) => void) {
          if (event === 'pong') onPong = listener;
        },
      };
      hub.accept(socket, { headers: {} });
    };
    accept('honest', (text) => Buffer.from(text));
    accept('without texts', () => undefined);
    accept('forging', () => Buffer.from('0'));
    await expect.poll(() => hub.stats().sessions).toBe(3);
    await vi.advanceTimersByTimeAsync(61_000);
    expect(cut).toEqual(['forging']);
  });
});

describe('secrets', () => {
  it('no token is in any log, though the app puts it into its errors', async () => {
    const logged: unknown[] = [];
    const write = (...all: unknown[]): void => void logged.push(all);
    const canary = 'canary-token-0123456789';
    const shared = memoryLog();
    let isDown = false;
    const down = <Value>(value: Promise<Value>): Promise<Value> =>
      isDown ? Promise.reject(new Error('ECONNREFUSED')) : value;
    const log: EventLog = {
      ...shared,
      append: (entry) => down(shared.append(entry)),
      saveSession: (record, ttlMs) => down(shared.saveSession(record, ttlMs)),
    };
    await using running = await startHub({
      ...{ log, channels, limits: { messagesPerSecond: 1 } },
      logger: { info: write, warn: write, error: write },
      authenticate: ({ token }) => {
        if (token?.endsWith('throw')) throw new Error(`can not verify ${token}`);
        return { id: 'ada' } as never;
      },
      requests: { crash: (data: unknown) => Promise.reject(new Error(typeof data)) } as never,
    });
    const encoded = Buffer.from(`${canary}-throw`).toString('base64url');
    await dial(running.url, { token: `${canary}-throw` }).closed;
    await dial(running.url, {}, { protocols: ['everwire', `everwire.token.${encoded}`] }).closed;
    const client = dial(running.url, { token: canary });
    const hello = await client.next();
    client.send({ event: 'crash', data: canary, seq: 1 });
    const guest = dial(running.url, {});
    await guest.next();
    guest.send({ event: 'authenticate', data: { token: `${canary}-throw` }, seq: 1 });
    expect(await guest.closed).toBe(1013);
    const flood = dial(running.url, resumeAfter(canary, hello, hello));
    await new Promise((resolve) => flood.socket.once('open', resolve));
    for (let seq = 1; seq <= 25; seq += 1) flood.send({ event: 'crash', data: canary, seq });
    await flood.closed;
    isDown = true;
    await dial(running.url, { token: canary }).closed;
    await dial(running.url, resumeAfter(canary, hello, hello)).closed;
    const { connection_id: id } = hello['data'] as { connection_id: string };
    const words = JSON.stringify(logged);
    expect(logged.length).toBeGreaterThan(5);
    for (const secret of [canary, encoded, id]) expect(words).not.toContain(secret);
  });
});
