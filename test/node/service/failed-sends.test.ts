/** A message that a socket does not take: it fails once, to its sender, and those behind it go on. */
import type { Frame, IWebSocketConfig, Protocol } from 'everwire/core';
import { envelopeProtocol } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BareSocket } from '../../support/bare-socket.ts';
import { rig } from '../../support/fake.ts';
import { record } from '../../support/service.ts';

/** Sockets that refuse some frames. */
function pickySockets(more: Partial<IWebSocketConfig> = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sockets: PickySocket[] = [];
  class PickySocket extends BareSocket {
    constructor() {
      super();
      sockets.push(this);
    }
    override send(frame: Frame): void {
      if (String(frame).includes('closing')) this.readyState = 2;
      if (String(frame).includes('bad') || this.readyState !== 1)
        throw new TypeError('this socket takes no bad-tok');
      super.send(frame);
    }
  }
  const pass = async (ms = 10): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  const config = { url: 'ws://picky.test', WebSocket: PickySocket, random: () => 0, ...more };
  /** The names of the messages that were passed to sockets. */
  const names = (): unknown[] =>
    sockets.flatMap(({ sent }) => sent.map((frame) => String(frame).split(' ')[0]));
  return { ...record(), config, sockets, pass, names };
}

/** `name data number`, in as many frames as the data has parts. */
const parts: Protocol = {
  ...envelopeProtocol,
  name: 'parts',
  encode: ({ event, data, id }) =>
    Array.isArray(data) ? data.map((part) => `${event} ${part} ${id}`) : `${event} ${data} ${id}`,
};

/** The code with which a promise rejected. */
function codeOf(promise: Promise<unknown>): { now(): unknown } {
  let code: unknown = 'pending';
  promise.catch((error: { code: unknown }) => {
    code = error.code;
  });
  return { now: () => code };
}

describe('a message for which send() of an open socket throws', () => {
  it('is refused with an error that tells why, and the next one is sent', async () => {
    const { service, config, errors, pass, names } = pickySockets({ protocol: parts });
    service.connect(config);
    await pass();
    expect(service.send('one', 'bad')).toBe('refused');
    expect(errors).toMatchObject([
      {
        code: 'not-serializable',
        message: expect.stringContaining('this socket takes no'),
        details: { event: 'one' },
      },
    ]);
    expect(service.send('two', 'good')).toBe('sent');
    await expect(service.request('three', 'bad')).rejects.toMatchObject({ code: 'not-serializable' });
    expect(names()).toEqual(['two']);
    expect(service.isConnected()).toBe(true);
  });

  it('is not queued, where sendQueue is on', async () => {
    const { service, config, pass, names } = pickySockets({ protocol: parts, sendQueue: {} });
    service.connect(config);
    await pass();
    expect(service.send('one', 'bad')).toBe('refused');
    expect(service.send('two', 'good')).toBe('sent');
    await pass(40_000);
    expect(names()).toEqual(['two']);
  });

  it('does not block the queue: the others are sent, and it is reported', async () => {
    const { service, config, errors, pass, names } = pickySockets({ protocol: parts, sendQueue: {} });
    service.connect(config);
    expect(service.send('one', 'good')).toBe('queued');
    expect(service.send('two', 'bad')).toBe('queued');
    const asked = codeOf(service.request('three', 'bad'));
    expect(service.send('four', 'good')).toBe('queued');
    await pass();
    expect(names()).toEqual(['one', 'four']);
    expect(asked.now()).toBe('not-serializable');
    expect(errors).toMatchObject([{ code: 'not-serializable', details: { event: 'two' } }]);
    expect(service.send('five', 'good')).toBe('sent');
    await pass(40_000);
    expect(names()).toEqual(['one', 'four', 'five']);
    await service.drained();
  });

  it('shows no secret that the socket quotes', async () => {
    const { service, config, errors, pass } = pickySockets({ protocol: parts, token: 'bad-tok' });
    service.connect(config);
    await pass();
    service.send('one', 'bad');
    expect(errors[0]?.message).toContain('[redacted]');
    expect(errors[0]?.message).not.toContain('bad-tok');
  });

  it('waits for the next link if the socket is closing meanwhile', async () => {
    const { service, config, sockets, errors, pass, names } = pickySockets({
      protocol: parts,
      sendQueue: {},
    });
    service.connect(config);
    await pass();
    const [first] = sockets;
    if (first === undefined) throw new Error('no socket');
    first.send = () => {
      first.readyState = 2;
      throw new TypeError('closing');
    };
    expect(service.send('one', 'good')).toBe('queued');
    first.onclose?.({ code: 1006 } as never);
    await pass(3_100);
    expect(names()).toEqual(['one']);
    expect(errors).toEqual([]);
  });
});

describe('a message of several frames', () => {
  it('is not sent again if only some of them were passed on', async () => {
    const { service, config, sockets, errors, pass } = pickySockets({ protocol: parts, sendQueue: {} });
    service.connect(config);
    expect(service.send('one', ['a', 'closing', 'c'])).toBe('queued');
    const asked = codeOf(service.request('two', ['a', 'b']));
    await pass();
    expect(sockets[0]?.sent).toEqual(['one a 1']);
    expect(errors).toMatchObject([{ code: 'connection-lost', details: { event: 'one' } }]);
    sockets[0]?.onclose?.({ code: 1006 } as never);
    await pass(3_100);
    expect(sockets.map(({ sent }) => sent)).toEqual([
      ['one a 1'],
      [expect.stringMatching(/^two a/), expect.stringMatching(/^two b/)],
    ]);
    expect(asked.now()).toBe('pending');
  });

  it('is refused, or rejects, if only some of them were passed on at once', async () => {
    const { service, config, errors, pass, names } = pickySockets({ protocol: parts, sendQueue: {} });
    service.connect(config);
    await pass();
    expect(service.send('one', ['a', 'bad'])).toBe('refused');
    expect(errors).toMatchObject([{ code: 'not-serializable', details: { event: 'one' } }]);
    await expect(service.request('two', ['a', 'closing'])).rejects.toMatchObject({ code: 'connection-lost' });
    await pass();
    expect(names()).toEqual(['one', 'two']);
  });
});

describe('what encode returns', () => {
  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['an object', { event: 'a' }],
    ['a promise', Promise.resolve('a')],
    ['a list with a hole', ['a', undefined]],
  ])('must be a frame: %s is refused', async (_, frames) => {
    const protocol = { ...envelopeProtocol, name: 'odd', encode: () => frames } as Protocol;
    const { service, config, errors, pass, names } = pickySockets({ protocol, sendQueue: {} });
    service.connect(config);
    expect(service.send('early')).toBe('refused');
    await pass();
    expect(service.send('one')).toBe('refused');
    expect(errors).toMatchObject([
      { code: 'not-serializable', message: expect.stringContaining('encode') },
      { code: 'not-serializable', details: { event: 'one' } },
    ]);
    await expect(service.request('two')).rejects.toMatchObject({ code: 'not-serializable' });
    expect(names()).toEqual([]);
  });

  it('may be an empty list: there is nothing to send', async () => {
    const protocol = { ...envelopeProtocol, name: 'odd', encode: () => [] } as Protocol;
    const { service, config, errors, pass, names } = pickySockets({ protocol });
    service.connect(config);
    await pass();
    expect(service.send('one')).toBe('sent');
    expect(names()).toEqual([]);
    expect(errors).toEqual([]);
  });
});

describe('null in place of options', () => {
  const none = null as never;

  it('is the same as none', async () => {
    const { server, service, config, pass } = rig({ handlers: { a: () => 1 } });
    service.connect(config);
    const answer = service.request('a', null, none);
    await pass();
    expect(await answer).toBe(1);
    const stream = service.stream('a', null, none);
    const part = stream.next();
    await pass();
    expect(await part).toMatchObject({ value: 1 });
    await service.whenConnected(none);
    await service.drained(none);
    expect(server.received).toHaveLength(2);
  });
});
