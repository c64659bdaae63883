/** A message with several replies is read part by part, to its end. In virtual time. */
import { describe, expect, it } from 'vitest';
import { connectedRig, type Rig } from '../../support/fake.ts';

const options = { auth: 'none', heartbeat: false, reconnectDelay: 100, reconnectJitter: 0 } as const;

function part(id: number, data: unknown, more?: boolean): string {
  return JSON.stringify({ seq_reply: id, status: 'OK', data, ...(more !== undefined && { more }) });
}

/** Reads to the end. Resolves with the parts, and with the code of the error that ended it. */
function read(
  { service }: Rig,
  more: Parameters<Rig['service']['stream']>[2] = {},
): {
  readonly parts: unknown[];
  readonly end: Promise<string>;
} {
  const parts: unknown[] = [];
  const run = async (): Promise<string> => {
    try {
      for await (const one of service.stream('ask', { q: 1 }, more)) parts.push(one);
      return 'end';
    } catch (error) {
      return String((error as { readonly code?: unknown }).code);
    }
  };
  return { parts, end: run() };
}

function sent({ server }: Rig): string[] {
  return server.received.map(({ raw }) => String(raw));
}

describe('a streamed reply', () => {
  it.each([
    ['with data in the last part', part(1, ' you', false), ['Hel', 'lo', ' you']],
    ['with an empty end', part(1, null, false), ['Hel', 'lo']],
    ['with an end that says nothing of more', part(1, undefined), ['Hel', 'lo']],
  ])('is read part by part, %s', async (_, last, expected) => {
    const one = await connectedRig({}, options);
    const { parts, end } = read(one);
    await one.pass();
    expect(sent(one)).toEqual(['{"event":"ask","data":{"q":1},"seq":1}']);
    one.server.sendRaw(part(1, 'Hel', true));
    await one.pass();
    expect(parts).toEqual(['Hel']);
    for (const frame of [part(1, 'lo', true), last, part(1, 'late', true)]) one.server.sendRaw(frame);
    await one.pass();
    expect([parts, await end]).toEqual([expected, 'end']);
  });

  it('that is null or false is a part too', async () => {
    const one = await connectedRig({}, options);
    const { parts, end } = read(one);
    await one.pass();
    for (const data of [null, false, 0]) one.server.sendRaw(part(1, data, true));
    one.server.sendRaw(part(1, undefined));
    await one.pass();
    expect([parts, await end]).toEqual([[null, false, 0], 'end']);
  });

  it('keeps the parts that arrive before they are read', async () => {
    const one = await connectedRig({}, options);
    const stream = one.service.stream('ask');
    const first = stream.next();
    await one.pass();
    for (const data of [1, 2]) one.server.sendRaw(part(1, data, true));
    one.server.sendRaw(part(1, 3));
    await one.pass();
    const rest = [await stream.next(), await stream.next(), await stream.next(), await stream.next()];
    expect([await first, ...rest].map(({ value, done }) => [value, done])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [undefined, true],
      [undefined, true],
    ]);
  });

  it('is asked for when it is first read', async () => {
    const one = await connectedRig({}, options);
    one.service.stream('ask');
    await one.pass();
    expect(sent(one)).toEqual([]);
  });

  it('answers several reads at once in order', async () => {
    const one = await connectedRig({}, options);
    const stream = one.service.stream('ask');
    const reads = [stream.next(), stream.next(), stream.next()];
    await one.pass();
    one.server.sendRaw(part(1, 'a', true));
    one.server.sendRaw(part(1, undefined));
    await one.pass();
    expect((await Promise.all(reads)).map(({ value, done }) => [value, done])).toEqual([
      ['a', false],
      [undefined, true],
      [undefined, true],
    ]);
  });

  it('of a request settles it with the first part', async () => {
    const one = await connectedRig({}, options);
    const reply = one.service.request('ask');
    for (const data of ['a', 'b']) one.server.sendRaw(part(1, data, true));
    await one.pass();
    expect(await reply).toBe('a');
    expect(one.errors).toEqual([]);
  });
});

describe('a streamed reply that is left', () => {
  it('by the loop is cancelled at the server', async () => {
    const one = await connectedRig({}, options);
    const run = async (): Promise<void> => {
      for await (const _ of one.service.stream('ask')) break;
    };
    const end = run();
    await one.pass();
    one.server.sendRaw(part(1, 'a', true));
    await one.pass();
    await end;
    await one.pass();
    expect(sent(one).at(-1)).toBe('{"event":"cancel","data":{"seq":1},"seq":2}');
  });

  it('by its signal is cancelled at the server, and throws', async () => {
    const one = await connectedRig({}, options);
    const controller = new AbortController();
    const { parts, end } = read(one, { signal: controller.signal });
    await one.pass();
    one.server.sendRaw(part(1, 'a', true));
    await one.pass();
    controller.abort();
    await one.pass();
    one.server.sendRaw(part(1, 'b', true));
    await one.pass();
    expect([parts, await end]).toEqual([['a'], 'request-aborted']);
    expect(sent(one).at(-1)).toBe('{"event":"cancel","data":{"seq":1},"seq":2}');
  });

  it('while a read waits, ends that read', async () => {
    const one = await connectedRig({}, options);
    const stream = one.service.stream('ask');
    const waiting = stream.next();
    await one.pass();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('before it was read is never asked for', async () => {
    const one = await connectedRig({}, options);
    const stream = one.service.stream('ask');
    await stream.return?.();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await one.pass();
    expect(sent(one)).toEqual([]);
  });

  it('with an aborted signal is never asked for', async () => {
    const one = await connectedRig({}, options);
    expect(await read(one, { signal: AbortSignal.abort() }).end).toBe('request-aborted');
    expect(sent(one)).toEqual([]);
  });

  it('after its end is not cancelled', async () => {
    const one = await connectedRig({}, options);
    const controller = new AbortController();
    const { end } = read(one, { signal: controller.signal });
    await one.pass();
    one.server.sendRaw(part(1, undefined));
    await one.pass();
    await end;
    controller.abort();
    await one.pass();
    expect(sent(one)).toHaveLength(1);
  });
});

describe('a streamed reply that fails', () => {
  it('throws what the server says, after the parts before it', async () => {
    const one = await connectedRig({}, options);
    const { parts, end } = read(one);
    await one.pass();
    one.server.sendRaw(part(1, 'a', true));
    one.server.sendRaw(JSON.stringify({ seq_reply: 1, status: 'FAIL', error: { message: 'tired' } }));
    await one.pass();
    expect([parts, await end]).toEqual([['a'], 'request-failed']);
  });

  it('throws when the link is lost', async () => {
    const one = await connectedRig({}, options);
    const { parts, end } = read(one);
    await one.pass();
    one.server.sendRaw(part(1, 'a', true));
    await one.pass();
    one.server.drop();
    await one.pass();
    expect([parts, await end]).toEqual([['a'], 'connection-lost']);
  });

  it('waits for each part as long as its timeout, and cancels then', async () => {
    const one = await connectedRig({}, options);
    const { parts, end } = read(one, { timeout: 1_000 });
    await one.pass();
    for (let n = 0; n < 5; n += 1) {
      one.server.sendRaw(part(1, n, true));
      await one.pass(900);
    }
    await one.pass(110);
    expect([parts, await end]).toEqual([[0, 1, 2, 3, 4], 'request-timeout']);
    expect(sent(one).at(-1)).toContain('"cancel"');
  });

  it('has no timeout of its own', async () => {
    const one = await connectedRig({}, options);
    const { parts, end } = read(one);
    await one.pass(3_600_000);
    one.server.sendRaw(part(1, 'a'));
    await one.pass();
    expect([parts, await end]).toEqual([['a'], 'end']);
  });
});
