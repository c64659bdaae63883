/** The in-page socket follows a browser's rules: its exceptions, the time of its events, and its use of timers. */

import { createFakeServer, type FakeServer, type FakeServerOptions } from 'everwire/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const servers: FakeServer[] = [];

function create(options?: FakeServerOptions): FakeServer {
  const server = createFakeServer(options);
  servers.push(server);
  return server;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  for (const server of servers.splice(0)) server.dispose();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

function opened(server: FakeServer): WebSocket {
  const socket = new server.WebSocket(server.url);
  vi.runAllTimers();
  expect(socket.readyState).toBe(1);
  return socket;
}

function listen(socket: WebSocket): (Event | MessageEvent | CloseEvent)[] {
  const events: Event[] = [];
  for (const type of ['open', 'message', 'error', 'close']) {
    socket.addEventListener(type, (event) => events.push(event));
  }
  return events;
}

const types = (events: readonly Event[]): string[] => events.map(({ type }) => type);

describe('the constructor', () => {
  it.each([
    '',
    'nope',
    'ftp://fake.everwire.test/ws',
    'ws://fake.everwire.test/ws#part',
    'ws://a b/',
    '/ws',
    'ws://x/#',
  ])('throws a SyntaxError for the address %j', (url) => {
    const server = create();
    expect(() => new server.WebSocket(url)).toThrow(
      expect.objectContaining({ name: 'SyntaxError', constructor: DOMException }),
    );
    expect(server.socketsConstructed).toBe(0);
  });

  it.each([[''], ['a b'], ['a,b'], ['a/b'], [['one', 'one']], [['one', 'é']], [['one', '']]])(
    'throws a SyntaxError for the subprotocols %j',
    (protocols) => {
      const server = create();
      expect(() => new server.WebSocket(server.url, protocols)).toThrow(
        expect.objectContaining({ name: 'SyntaxError', constructor: DOMException }),
      );
    },
  );

  it('converts http to ws, and resolves a relative address', () => {
    const server = create();
    expect(new server.WebSocket('http://fake.everwire.test/ws').url).toBe('ws://fake.everwire.test/ws');
    expect(new server.WebSocket('https://FAKE.everwire.test').url).toBe('wss://fake.everwire.test/');
    expect(new server.WebSocket(new URL('ws://fake.everwire.test:80/ws?a=ä')).url).toBe(
      'ws://fake.everwire.test/ws?a=%C3%A4',
    );
    expect(server.socketsConstructed).toBe(3);
  });

  it('creates a socket in CONNECTING, and fires no event before it returns', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    const events = listen(socket);
    expect(socket).toBeInstanceOf(server.WebSocket);
    expect(socket).toMatchObject({
      readyState: 0,
      bufferedAmount: 0,
      binaryType: 'blob',
      extensions: '',
      protocol: '',
      onopen: null,
      onmessage: null,
      onerror: null,
      onclose: null,
    });
    expect(events).toEqual([]);
    vi.runAllTimers();
    expect(types(events)).toEqual(['open', 'message']);
  });

  it('has its constants on the class and on each socket', () => {
    const server = create();
    const constants = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
    expect({ ...server.WebSocket }).toMatchObject(constants);
    expect(new server.WebSocket(server.url)).toMatchObject(constants);
  });

  it('fails to connect to another address', () => {
    const server = create();
    for (const url of [
      'ws://other.test/ws',
      'wss://fake.everwire.test/ws',
      'ws://fake.everwire.test/other',
    ]) {
      const events = listen(new server.WebSocket(url));
      vi.runAllTimers();
      expect(types(events)).toEqual(['error', 'close']);
      expect(events[1]).toMatchObject({ code: 1006, reason: '', wasClean: false });
    }
    expect(server.handshakes.map(({ outcome }) => outcome)).toEqual(Array(3).fill('wrong-address'));
  });

  it('throws if the address of the server is invalid', () => {
    expect(() => createFakeServer({ url: 'nope' })).toThrow(
      expect.objectContaining({ code: 'invalid-address' }),
    );
  });
});

describe('events', () => {
  it('go to listeners and to on-properties, in the order in which they were set', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    const order: string[] = [];
    socket.addEventListener('open', () => order.push('first'));
    socket.onopen = () => order.push('replaced');
    socket.addEventListener('open', { handleEvent: () => order.push('last') });
    socket.onopen = function (this: WebSocket, event) {
      order.push(`handler ${event.type} ${this === socket}`);
    };
    vi.runAllTimers();
    expect(order).toEqual(['first', 'handler open true', 'last']);
  });

  it('do not go to an on-property that was set to null', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    const onmessage = vi.fn();
    socket.onmessage = onmessage;
    expect(socket.onmessage).toBe(onmessage);
    socket.onmessage = null;
    expect(socket.onmessage).toBeNull();
    vi.runAllTimers();
    expect(onmessage).not.toHaveBeenCalled();
  });

  it('use the classes of the platform', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    const events = listen(socket);
    vi.runAllTimers();
    server.close(1011, 'why');
    vi.runAllTimers();
    const [open, message, close] = events;
    expect(open).toBeInstanceOf(Event);
    expect(message).toBeInstanceOf(MessageEvent);
    expect(message).toMatchObject({
      origin: 'ws://fake.everwire.test',
      data: expect.stringContaining('hello'),
    });
    expect(close).toMatchObject({ type: 'close', code: 1011, reason: 'why', wasClean: true, target: socket });
  });

  it('stop as soon as a handler has closed the socket', () => {
    const server = create();
    const socket = opened(server);
    const seen: unknown[] = [];
    socket.onmessage = ({ data }) => {
      seen.push(data);
      socket.close();
    };
    server.emit('one');
    server.emit('two');
    vi.runAllTimers();
    expect(seen).toHaveLength(1);
    expect(socket.readyState).toBe(3);
  });

  it('of a batch share one timer', () => {
    const server = create();
    const socket = opened(server);
    const events = listen(socket);
    for (let i = 0; i < 10_000; i += 1) server.emit('tick', i);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(events).toHaveLength(10_000);
  });
});

describe('close()', () => {
  it.each([0, 999, 1001, 1005, 1006, 2999, 5000, 65_536 + 1000, Number.NaN])(
    'throws an InvalidAccessError for %s',
    (code) => {
      const server = create();
      const socket = opened(server);
      expect(() => socket.close(code)).toThrow(
        expect.objectContaining({ name: 'InvalidAccessError', constructor: DOMException }),
      );
      expect(socket.readyState).toBe(1);
    },
  );

  it.each(['x'.repeat(124), 'ä'.repeat(62)])(
    'throws a SyntaxError for a reason of over 123 bytes',
    (reason) => {
      const socket = opened(create());
      expect(() => socket.close(1000, reason)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
      expect(socket.readyState).toBe(1);
    },
  );

  it('throws on a closed socket too', () => {
    const socket = opened(create());
    socket.close();
    vi.runAllTimers();
    expect(() => socket.close(1001)).toThrow(expect.objectContaining({ name: 'InvalidAccessError' }));
  });

  it('sets CLOSING at once, and CLOSED after the answer of the server', () => {
    const server = create();
    const socket = opened(server);
    const events = listen(socket);
    socket.close(3000, 'x'.repeat(123));
    socket.close(4000);
    expect([socket.readyState, server.socketCount, events.length]).toEqual([2, 0, 0]);
    vi.runAllTimers();
    expect(socket.readyState).toBe(3);
    expect(types(events)).toEqual(['close']);
    expect(events[0]).toMatchObject({ code: 3000, reason: 'x'.repeat(123), wasClean: true });
  });

  it('with a reason alone throws an InvalidAccessError, as Chromium does', () => {
    const socket = opened(create());
    expect(() => socket.close(undefined, 'why')).toThrow(
      expect.objectContaining({ name: 'InvalidAccessError' }),
    );
  });

  it('in CONNECTING fails the handshake asynchronously, and the server never has the link', () => {
    const server = create({ latencyMs: 1_000 });
    const socket = new server.WebSocket(server.url);
    const events = listen(socket);
    socket.close(1000, 'never mind');
    expect([socket.readyState, events.length]).toEqual([2, 0]);
    vi.advanceTimersByTime(1);
    expect(types(events)).toEqual(['error', 'close']);
    expect(events[1]).toMatchObject({ code: 1006, reason: '', wasClean: false });
    expect(server.handshakes[0]?.outcome).toBe('abandoned');
    expect([server.socketCount, server.connections.length, vi.getTimerCount()]).toEqual([0, 0, 0]);
  });

  it('in the open handler ends an accepted link', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    socket.onopen = () => socket.close();
    vi.runAllTimers();
    expect([socket.readyState, server.socketCount, server.connections.length]).toEqual([3, 0, 0]);
  });

  it("that crosses the close of the server reports the server's code", () => {
    const server = create({ latencyMs: 100 });
    const socket = opened(server);
    const events = listen(socket);
    server.close(1012);
    socket.close(4000);
    vi.runAllTimers();
    expect(types(events)).toEqual(['close']);
    expect(events[0]).toMatchObject({ code: 1012, wasClean: true });
  });
});

describe('send()', () => {
  it('throws an InvalidStateError in CONNECTING', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    expect(() => socket.send('x')).toThrow(
      expect.objectContaining({ name: 'InvalidStateError', constructor: DOMException }),
    );
  });

  it('increases bufferedAmount, which drains', () => {
    const server = create();
    const socket = opened(server);
    socket.send('ä');
    socket.send(new Uint8Array(10));
    expect(socket.bufferedAmount).toBe(12);
    vi.advanceTimersByTime(1);
    expect(socket.bufferedAmount).toBe(0);
    expect(server.received).toHaveLength(2);
  });

  it('drains at the given rate, and delivers a frame after its last byte', () => {
    const server = create({ drainBytesPerMs: 1 });
    const socket = opened(server);
    socket.send('x'.repeat(100));
    socket.send('y'.repeat(50));
    socket.close(4000);
    expect(socket.bufferedAmount).toBe(150);
    vi.advanceTimersByTime(60);
    expect([socket.bufferedAmount, server.received.length]).toEqual([90, 0]);
    vi.advanceTimersByTime(50);
    expect([socket.bufferedAmount, server.received.length]).toEqual([40, 1]);
    const events = listen(socket);
    vi.advanceTimersByTime(39);
    expect(events).toEqual([]);
    vi.runAllTimers();
    expect([socket.bufferedAmount, server.received.length]).toEqual([0, 2]);
    expect(events[0]).toMatchObject({ code: 4000 });
  });

  it('in CLOSING and CLOSED sends nothing and increases bufferedAmount for good', () => {
    const server = create();
    const socket = opened(server);
    socket.close();
    socket.send('abc');
    expect(socket.bufferedAmount).toBe(3);
    vi.runAllTimers();
    socket.send('de');
    vi.runAllTimers();
    expect([socket.readyState, socket.bufferedAmount, server.received.length]).toEqual([3, 5, 0]);
  });

  it('copies bytes at the call', () => {
    const server = create();
    const socket = opened(server);
    const bytes = new Uint8Array([1, 2, 3, 4]);
    socket.send(bytes.subarray(1, 3));
    socket.send(bytes.buffer);
    socket.send(new DataView(bytes.buffer, 3));
    bytes.fill(9);
    vi.runAllTimers();
    expect(server.received.map(({ raw }) => [...new Uint8Array(raw as ArrayBuffer)])).toEqual([
      [2, 3],
      [1, 2, 3, 4],
      [4],
    ]);
  });

  it('keeps text behind an earlier Blob', async () => {
    const server = create();
    const socket = opened(server);
    socket.send(new Blob(['first']));
    socket.send('second');
    socket.close(4000);
    expect(socket.bufferedAmount).toBe(11);
    await vi.waitFor(() => expect(socket.readyState).toBe(3), 30_000);
    expect(new TextDecoder().decode(server.received[0]?.raw as ArrayBuffer)).toBe('first');
    expect(server.received[1]?.raw).toBe('second');
  });

  it('sends U+FFFD for a lone surrogate', () => {
    const server = create();
    opened(server).send('a\ud800b');
    vi.runAllTimers();
    expect(server.received[0]?.raw).toBe('a\ufffdb');
  });
});

describe('binary messages', () => {
  it('arrive as Blob or ArrayBuffer, by binaryType at that moment', async () => {
    const server = create();
    const socket = opened(server);
    const events = listen(socket) as MessageEvent[];
    const bytes = new Uint8Array([1, 2]).buffer;
    server.sendRaw(bytes);
    vi.runAllTimers();
    socket.binaryType = 'arraybuffer';
    socket.binaryType = 'nonsense' as BinaryType;
    expect(socket.binaryType).toBe('arraybuffer');
    server.sendRaw(bytes);
    vi.runAllTimers();
    expect(events[0]?.data).toBeInstanceOf(Blob);
    expect(await events[0]?.data.arrayBuffer()).toEqual(bytes);
    expect(events[1]?.data).toEqual(bytes);
    expect(events[1]?.data).not.toBe(bytes);
  });
});

describe('time', () => {
  it('delays openings and frames each way by the latency', () => {
    const server = create({ latencyMs: 100 });
    const socket = new server.WebSocket(server.url);
    const events = listen(socket);
    vi.advanceTimersByTime(99);
    expect(events).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(types(events)).toEqual(['open']);
    vi.advanceTimersByTime(100);
    expect(types(events)).toEqual(['open', 'message']);
    socket.send('{"event":"ping","seq":1}');
    vi.advanceTimersByTime(199);
    expect(events).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(events).toHaveLength(3);
  });

  it('gives two moments of one synchronous run different times', () => {
    const server = create();
    const socket = opened(server);
    const events = listen(socket);
    server.delay(100);
    server.emit('a');
    vi.advanceTimersByTime(50);
    server.emit('b');
    vi.advanceTimersByTime(50);
    expect(events).toHaveLength(1);
    vi.advanceTimersByTime(50);
    expect(events).toHaveLength(2);
  });

  it('freezes a handshake too, which can still be cancelled', () => {
    const server = create();
    const socket = new server.WebSocket(server.url);
    server.freeze();
    const events = listen(socket);
    vi.advanceTimersByTime(60_000);
    expect(events).toEqual([]);
    socket.close();
    vi.advanceTimersByTime(1);
    expect(types(events)).toEqual(['error', 'close']);
  });

  it('loses data on its way when the link is cut', () => {
    const server = create({ latencyMs: 100 });
    const socket = opened(server);
    const events = listen(socket);
    server.emit('on its way');
    socket.send('on its way');
    server.drop();
    expect(server.connections).toEqual([]);
    vi.runAllTimers();
    expect(types(events)).toEqual(['close']);
    expect(server.received).toEqual([]);
  });

  it('limits a wait, and clears its timer when it is over', async () => {
    const server = create();
    const wait = server.connected({ timeout: 1_000 });
    const message = server.message('never', { timeout: 1_000 });
    new server.WebSocket(server.url);
    vi.advanceTimersByTime(999);
    await expect(wait).resolves.toMatchObject({ live: true });
    vi.advanceTimersByTime(1);
    await expect(message).rejects.toMatchObject({ name: 'FakeServerError', code: 'timeout' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no timer after a dispose in any state', () => {
    const server = create({ latencyMs: 100, drainBytesPerMs: 1 });
    const socket = opened(server);
    new server.WebSocket(server.url);
    const events = listen(socket);
    void server.message('x', { timeout: 1_000 });
    server.emit('a');
    socket.send('abc');
    server.freeze();
    server.dispose();
    expect(vi.getTimerCount()).toBe(0);
    expect(types(events)).toEqual(['close']);
    const late = new server.WebSocket(server.url);
    vi.runAllTimers();
    expect(late.readyState).toBe(3);
  });
});

describe('records', () => {
  it('are bounded', () => {
    const server = create();
    const socket = opened(server);
    for (let seq = 1; seq <= 10_050; seq += 1) socket.send(`{"event":"x","seq":${seq}}`);
    vi.runAllTimers();
    expect([server.received.length, server.received[0]?.seq]).toEqual([10_000, 51]);
  });

  it('survive a listener that throws', async () => {
    const thrown: unknown[] = [];
    const onError = (error: unknown): void => {
      thrown.push(error);
    };
    process.once('uncaughtException', onError);
    const server = create();
    const socket = opened(server);
    const second = vi.fn();
    server.onMessage(() => {
      throw new Error('from a listener');
    });
    server.onMessage(second);
    const handlers = process.listeners('uncaughtException');
    for (const handler of handlers) if (handler !== onError) process.off('uncaughtException', handler);
    socket.send('one');
    vi.runAllTimers();
    await vi.waitFor(() => expect(thrown).toHaveLength(1), 30_000);
    for (const handler of handlers) if (handler !== onError) process.on('uncaughtException', handler);
    expect(second).toHaveBeenCalledTimes(1);
  });
});
