/** A service tolerates socket classes as people write them for their own tests. */
import type { IWebSocketConfig, WebSocketConstructor, WebSocketService } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Recorded, record } from '../../support/service.ts';

type Handler = ((event: unknown) => void) | null;

/** The smallest class that works as a socket. Tests override parts of it. */
class MiniSocket {
  static made: MiniSocket[] = [];
  binaryType = 'blob';
  readyState = 0;
  bufferedAmount = 0;
  onopen: Handler = null;
  onmessage: Handler = null;
  onerror: Handler = null;
  onclose: Handler = null;
  sent: string[] = [];

  constructor() {
    MiniSocket.made.push(this);
  }
  open(): void {
    this.readyState = 1;
    this.onopen?.({});
  }
  message(frame: unknown): void {
    this.onmessage?.({ data: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }
  send(frame: string): void {
    this.sent.push(frame);
  }
  close(): void {
    this.readyState = 3;
  }
}

interface Set extends Recorded {
  readonly pass: (ms?: number) => Promise<void>;
  readonly connect: (more?: Partial<IWebSocketConfig>) => Promise<MiniSocket>;
}

function setUp(Socket: typeof MiniSocket = MiniSocket): Set {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  MiniSocket.made = [];
  const recorded = record();
  const pass = async (ms = 10) => void (await vi.advanceTimersByTimeAsync(ms));
  const connect = async (more: Partial<IWebSocketConfig> = {}) => {
    const before = MiniSocket.made.length;
    recorded.service.connect({
      url: 'ws://h.test',
      WebSocket: Socket as unknown as WebSocketConstructor,
      random: () => 0,
      ...more,
    });
    await pass();
    const socket = MiniSocket.made[before];
    if (socket === undefined) throw new Error('No socket was made.');
    socket.open();
    return socket;
  };
  return { ...recorded, pass, connect };
}

function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch((error: { code: unknown }) => error.code);
}

describe('a socket that acts inside send()', () => {
  it('may answer there', async () => {
    class Answering extends MiniSocket {
      override send(frame: string): void {
        this.message({ seq_reply: JSON.parse(frame).seq, status: 'OK', data: 42 });
      }
    }
    const { service, connect } = setUp(Answering);
    await connect();
    expect(await service.request('answer')).toBe(42);
  });

  it('may close there', async () => {
    class Closing extends MiniSocket {
      override send(): void {
        this.onclose?.({ code: 1006, reason: '', wasClean: false });
      }
    }
    const { service, connect } = setUp(Closing);
    await connect();
    expect(await codeOf(service.request('a'))).toBe('connection-lost');
  });

  it('may throw there: the message is reported and not sent later, and the next one is sent', async () => {
    let broken = true;
    class Throwing extends MiniSocket {
      override send(frame: string): void {
        if (broken && frame.includes('second')) throw new Error('no');
        super.send(frame);
      }
    }
    const { service, errors, pass } = setUp(Throwing);
    service.connect({ url: 'ws://h.test', WebSocket: Throwing as never, sendQueue: {} });
    service.send('first');
    service.send('second');
    await pass();
    MiniSocket.made[0]?.open();
    broken = false;
    service.send('third');
    expect(MiniSocket.made[0]?.sent.map((frame) => JSON.parse(frame).event)).toEqual(['first', 'third']);
    expect(errors).toMatchObject([{ code: 'not-serializable', details: { event: 'second' } }]);
  });
});

describe('a socket that misbehaves when it is closed', () => {
  it('may throw: the next attempt starts anyway', async () => {
    class Throwing extends MiniSocket {
      override close(): void {
        throw new Error('no');
      }
    }
    const { service, connect, pass } = setUp(Throwing);
    await connect();
    service.reconnect();
    await pass();
    expect(MiniSocket.made).toHaveLength(2);
    MiniSocket.made[1]?.open();
    service.disconnect();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([[undefined], [{}], [{ code: 1006 }]])('may report %o', async (event) => {
    const { service, connect } = setUp();
    const socket = await connect();
    socket.onclose?.(event);
    expect(service.store.getState()).toMatchObject({
      status: 'reconnecting',
      lastClose: { code: 1006, reason: '', wasClean: false },
    });
  });

  it('may call its callbacks late: they are ignored', async () => {
    const { service, events, connect, pass } = setUp();
    const old = await connect({ auth: 'message', token: 'tok-4711' });
    const { onopen, onmessage, onclose } = old;
    service.reconnect();
    await pass();
    MiniSocket.made[1]?.open();
    const sent = old.sent.length;
    onopen?.({});
    onmessage?.({ data: '{"event":"stale"}' });
    onclose?.({ code: 1006 });
    expect(events).toEqual([]);
    expect(old.sent).toHaveLength(sent);
    expect(service.isConnected()).toBe(true);
  });
});

describe('a frame that is neither text nor binary', () => {
  it.each([[null], [undefined], [5], [{}], [new ArrayBuffer(0)]])('%o is malformed', async (data) => {
    const { errors, connect } = setUp();
    const socket = await connect();
    socket.onmessage?.({ data });
    expect(errors).toMatchObject([{ code: 'malformed-frame', details: { reason: 'binary' } }]);
  });
});

describe('commands of a handler', () => {
  const inHandler = async (act: (service: WebSocketService) => unknown): Promise<string[]> => {
    const { service, connect, pass } = setUp();
    const socket = await connect();
    const results: string[] = [];
    service.event$('go').subscribe(() => {
      act(service);
      results.push(service.send('secret'), String(service.isConnected()));
    });
    socket.message({ event: 'go' });
    await pass();
    expect(socket.sent).toEqual([]);
    return results;
  };

  it('disconnect(): nothing more is sent', async () => {
    expect(await inHandler((service) => service.disconnect())).toEqual(['refused', 'false']);
  });

  it('connect() to another url: no message for it is sent over the old link', async () => {
    const elsewhere = { url: 'ws://other.test', WebSocket: MiniSocket as unknown as WebSocketConstructor };
    expect(await inHandler((service) => service.connect(elsewhere))).toEqual(['refused', 'false']);
  });
});

describe('an error handler that calls reconnect()', () => {
  it('gets one error that there is no config', () => {
    const { service, errors } = setUp();
    service.errors$.subscribe(() => service.reconnect());
    service.connect({ url: 'ws://h.test', reconnectDelay: Number.NaN });
    expect(errors.map(({ code }) => code)).toEqual(['invalid-config', 'not-connected']);
  });
});

describe('the session in the store', () => {
  it('is never mixed with the previous one', async () => {
    const { service, connect, pass } = setUp();
    const seen: string[] = [];
    service.store.subscribe(({ status, connectionId, lastEventId }) => {
      const line = `${status} ${connectionId} ${lastEventId}`;
      if (seen.at(-1) !== line) seen.push(line);
    });
    const first = await connect({ batch: 'microtask' });
    first.message({ event: 'hello', data: { connection_id: 'A' }, seq: 0 });
    first.message({ event: 'x', seq: 1 });
    await pass();
    first.onclose?.({ code: 1006 });
    await pass(3000);
    const second = MiniSocket.made[1];
    second?.open();
    second?.message({ event: 'hello', data: { connection_id: 'B' }, seq: 0 });
    await pass();
    const third = await connect({ url: 'ws://other.test', batch: 'microtask' });
    third.message({ event: 'unnumbered' });
    await pass();
    expect(seen).toEqual([
      'connecting null null',
      'connected null null',
      'connected A null',
      'connected A 1',
      'reconnecting A 1',
      'connected A 1',
      'connected B null',
      'connected B 0',
      'connecting null null',
      'connected null null',
    ]);
  });
});

describe('the longest delay', () => {
  it('does not overflow when jitter is added', async () => {
    const { connect, pass } = setUp();
    const socket = await connect({ reconnectDelay: 2_147_483_647, random: () => 0.9 });
    socket.onclose?.({ code: 1006 });
    await pass(1000);
    expect(MiniSocket.made).toHaveLength(1);
  });
});

describe('a queued message', () => {
  it('is reported as expired when it expires, not when the link is back', async () => {
    const { service, errors, connect, pass } = setUp();
    const socket = await connect({ sendQueue: { ttl: 1000 } });
    socket.onclose?.({ code: 1006 });
    service.send('a');
    await pass(999);
    expect(errors).toEqual([]);
    await pass(1);
    expect(errors).toMatchObject([{ code: 'message-dropped', details: { reason: 'expired' } }]);
  });

  it('is reported as dropped when the connection is given up, and leaves no timer', async () => {
    const { service, errors, connect, pass } = setUp();
    const socket = await connect({ sendQueue: {}, reconnectAttempts: 1 });
    socket.onclose?.({ code: 1006 });
    service.send('a');
    await pass(3000);
    MiniSocket.made[1]?.onclose?.({ code: 1006 });
    expect(errors.map(({ code }) => code)).toEqual([
      'message-dropped',
      'connection-failed',
      'attempts-exhausted',
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('giving up', () => {
  it('reports the last failure, and that the attempts are exhausted', async () => {
    const { service, errors, pass } = setUp();
    service.connect({
      url: 'ws://h.test',
      WebSocket: MiniSocket as unknown as WebSocketConstructor,
      reconnectAttempts: 0,
      token: () => {
        throw new Error('signed out');
      },
    });
    await pass();
    expect(errors.map(({ code }) => code)).toEqual(['token-failed', 'attempts-exhausted']);
    expect(errors[1]?.cause).toBe(errors[0]);
  });
});

describe('a token function instead of a token', () => {
  it('keeps the link, and is called at the next attempt', async () => {
    const { service, connect, pass } = setUp();
    const socket = await connect({ token: 'tok-1' });
    service.connect({
      url: 'ws://h.test',
      WebSocket: MiniSocket as unknown as WebSocketConstructor,
      random: () => 0,
      token: () => 'tok-2',
    });
    await pass();
    expect(MiniSocket.made).toHaveLength(1);
    expect(socket.readyState).toBe(1);
  });
});
