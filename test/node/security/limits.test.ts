/** A server can cost us only as much as each limit allows, with one frame or with many. */
import type { IWebSocketEvent, Protocol, WebSocketServiceError } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { protocols } from './modes.ts';
import { hello, idOf, messagesOf, setUp } from './stage.ts';

const DEPTH = 200_000;

/** Nested objects and lists as text: a serializer would refuse this depth. */
function deepJson(leaf = '1'): string {
  return '{"a":['.repeat(DEPTH / 2) + leaf + ']}'.repeat(DEPTH / 2);
}

/** The number of levels, following the first child of each. */
function depthOf(value: unknown): number {
  let depth = 0;
  for (let level = value; typeof level === 'object' && level !== null; depth += 1) {
    level = Object.values(level)[0];
  }
  return depth;
}

const each = protocols.map((protocol) => [protocol.name, protocol] as const);

describe.each(each)('%s: the length of a frame', (_, protocol) => {
  it('a frame longer than maxFrameLength is not parsed', async () => {
    const decode = vi.fn(protocol.decode);
    const { errors, up } = setUp({ protocol: { ...protocol, decode } });
    const socket = await up();
    const parse = vi.spyOn(JSON, 'parse');
    decode.mockClear();
    socket.say(`{"event":"a","data":"${'x'.repeat(4_194_304)}"}`);
    socket.say(new ArrayBuffer(4_194_305));
    const parsed = parse.mock.calls.length;
    parse.mockRestore();
    expect([decode.mock.calls.length, parsed]).toEqual([0, 0]);
    expect(errors.map(({ details }) => details['reason'])).toEqual(['too-long', 'too-long']);
  });

  it('a frame of exactly maxFrameLength is parsed', async () => {
    const { events, up } = setUp({ protocol });
    const socket = await up();
    const [head, tail] = ['{"event":"a","data":"', '"}'];
    socket.say(head + 'x'.repeat(4_194_304 - head.length - tail.length) + tail);
    expect(events.at(-1)?.event).toBe('a');
  });
});

describe.each(each)('%s: malformed frames', (_, protocol) => {
  it('ten in a row end the link, and no later frame is processed', async () => {
    const { events, errors, up } = setUp({ protocol });
    const socket = await up();
    for (let n = 0; n < 9; n += 1) socket.say('{');
    expect(socket.fate).toBe('held');
    socket.say('{');
    expect(socket.fate).toBe(4002);
    for (let n = 0; n < 50_000; n += 1) socket.say('{');
    socket.say({ event: 'late', data: 1 });
    expect(errors).toHaveLength(10);
    expect(events.map(({ event }) => event)).toEqual(['hello']);
  });

  it('nine, then a valid one, again and again, do not end it', async () => {
    const { events, up } = setUp({ protocol });
    const socket = await up();
    for (let n = 0; n < 90; n += 1) socket.say(n % 10 === 9 ? { event: 'good' } : '{');
    expect(socket.fate).toBe('held');
    expect(events.filter(({ event }) => event === 'good')).toHaveLength(9);
  });

  it.each([
    ['seq', { event: 'a', seq: -1 }],
    ['seq', { event: 'a', seq: 1.5 }],
    ['seq', { event: 'a', seq: 2 ** 53 }],
    ['seq', '{"event":"a","seq":1e400}'],
    ['seq', { event: 'a', seq: '1' }],
    ['seq', { event: 'a', seq: {} }],
  ])('with an invalid %s change nothing: %o', async (__, frame) => {
    const { service, events, missed, errors, up, pass } = setUp({ protocol });
    const socket = await up();
    socket.say(frame);
    expect(errors.map(({ details }) => details['reason'])).toEqual(['unsafe-seq']);
    socket.say({ event: 'b', seq: 1 });
    await pass();
    expect(events.map(({ event }) => event)).toEqual(['hello', 'b']);
    expect(missed).toEqual([]);
    expect(service.store.getState().lastEventId).toBe('1');
  });
});

describe.each(each)('%s: 200,000 levels of nesting', (_, protocol) => {
  it('in the data of an event, its broadcast and a hello', async () => {
    const { service, events, up, pass } = setUp({ protocol });
    const socket = await up();
    const deep = deepJson();
    socket.say(`{"event":"a","data":${deep},"broadcast":${deep},"seq":1}`);
    socket.say(`{"event":"hello","data":{"connection_id":"deep","more":${deep}},"seq":0}`);
    await pass();
    expect(depthOf(events[1]?.data)).toBe(DEPTH);
    expect(service.store.getState()).toMatchObject({ status: 'connected', connectionId: 'deep' });
  });

  it('in a reply, and in its error, which is kept five levels deep', async () => {
    const { service, up } = setUp({ protocol });
    const socket = await up();
    const answer = service.request('a');
    socket.say(`{"seq_reply":${idOf(socket.sent.at(-1))},"status":"OK","data":${deepJson()}}`);
    expect(depthOf(await answer)).toBe(DEPTH);
    const refusal = service.request('b').catch((error: unknown) => error);
    socket.say(`{"seq_reply":${idOf(socket.sent.at(-1))},"status":"FAIL","error":${deepJson()}}`);
    const error = await refusal;
    expect(error).toMatchObject({ code: 'request-failed' });
    expect(depthOf((error as WebSocketServiceError).details['server'])).toBeLessThanOrEqual(6);
    expect(() => JSON.stringify((error as WebSocketServiceError).details)).not.toThrow();
    expect(service.isConnected()).toBe(true);
  });

  it('as a frame that is no object, or as a reply without a request', async () => {
    const { service, errors, up } = setUp({ protocol });
    const socket = await up();
    socket.say(`[${deepJson()}]`);
    socket.say(`{"seq_reply":99,"status":"FAIL","error":${deepJson()}}`);
    socket.say('['.repeat(DEPTH));
    socket.say('{"a":'.repeat(DEPTH));
    expect(errors.map(({ details }) => details['reason'])).toEqual(['not-an-object', 'text', 'not-json']);
    expect(service.isConnected()).toBe(true);
  });

  it('in the reason of a close', async () => {
    const { service, up } = setUp({ protocol });
    const socket = await up();
    socket.hangUp(4000, '{"a":['.repeat(DEPTH));
    expect(service.store.getState().lastClose?.reason).toHaveLength(123);
  });
});

describe('200,000 levels in JSON inside a string', () => {
  it('are parsed on first read and cause no error', async () => {
    const [, mattermost] = protocols;
    const { service, events, up } = setUp({ ...(mattermost && { protocol: mattermost }) });
    const socket = await up();
    socket.say({ event: 'posted', data: { post: deepJson() }, seq: 1 });
    expect(depthOf((events[1] as IWebSocketEvent<{ post: unknown }>).data.post)).toBe(DEPTH);
    expect(service.isConnected()).toBe(true);
  });
});

/** Names that every object inherits. */
const inherited = [...Object.getOwnPropertyNames(Object.prototype), 'prototype', 'then', 'toJSON'];

describe.each(each)('%s: names and keys of Object.prototype', (_, protocol) => {
  it.each(inherited)('an event named %s is delivered like any other', async (name) => {
    const { service, events, errors, up, pass } = setUp({ protocol });
    const heard: unknown[] = [];
    service.event$(name).subscribe(({ data }) => heard.push(data));
    const socket = await up();
    socket.say(`{"event":${JSON.stringify(name)},"data":{"n":1},"seq":1}`);
    socket.say({ event: 'other', data: 2, seq: 2 });
    await pass();
    expect(heard).toEqual([{ n: 1 }]);
    expect(service.store.getState().lastEvents.get(name)?.data).toEqual({ n: 1 });
    expect([events.length, errors.length]).toEqual([3, 0]);
  });

  it('as keys they change neither our objects nor Object.prototype', async () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const { service, events, errors, up, pass } = setUp({ protocol });
    const socket = await up();
    const evil = '{"__proto__":{"status":"owned","polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    socket.say(`{"__proto__":{"event":"ghost","polluted":1},"event":"a","data":${evil},"seq":1}`);
    socket.say(`{"event":"posted","data":${evil},"broadcast":${evil},"seq":2}`);
    socket.say(`{"event":"hello","data":{"__proto__":{"connection_id":"ghost"}},"seq":3}`);
    socket.say('{"__proto__":{"event":"ghost"},"constructor":1}');
    socket.say('{"seq_reply":"__proto__","status":"OK"}');
    const refusal = service.request('a').catch((error: unknown) => error);
    socket.say(`{"seq_reply":${idOf(socket.sent.at(-1))},"status":"FAIL","error":${evil}}`);
    const { details } = (await refusal) as WebSocketServiceError;
    await pass();
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(Object.getPrototypeOf(details['server'])).toBe(Object.prototype);
    expect(events.map(({ event }) => event)).toEqual(['hello', 'a', 'posted', 'hello']);
    expect(Object.getPrototypeOf(events[1])).toBe(Object.prototype);
    expect(errors.map(({ details: { reason } }) => reason)).toEqual(['no-event-name']);
    expect(service.store.getState()).toMatchObject({ status: 'connected', connectionId: 'session-1' });
  });
});

describe.each(each)('%s: floods', (_, protocol) => {
  it('50,000 events are dispatched in order; the state keeps 500 names and is written once', async () => {
    const { service, events, sockets, up, pass } = setUp({ protocol });
    const socket = await up();
    let writes = 0;
    service.store.subscribe(() => {
      writes += 1;
    });
    const sent = socket.sent.length;
    const timers = vi.getTimerCount();
    for (let seq = 1; seq <= 50_000; seq += 1) socket.say(`{"event":"e${seq}","data":${seq},"seq":${seq}}`);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(timers + 1);
    await pass();
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 50_001 }, (__, seq) => seq));
    const { lastEvents } = service.store.getState();
    expect(lastEvents.size).toBe(500);
    expect([...lastEvents.keys()].slice(-1)).toEqual(['e50000']);
    expect(lastEvents.has('e49501') && !lastEvents.has('e49500')).toBe(true);
    expect(writes).toBe(1);
    expect(sockets.made).toHaveLength(1);
    expect(socket.sent.length).toBe(sent);
  });

  it('50,000 replies without a request leave nothing in memory', async () => {
    const { service, errors, up } = setUp({ protocol });
    const socket = await up();
    for (let id = 0; id < 50_000; id += 1) {
      socket.say(`{"seq_reply":${id + 100},"status":"${id % 2 ? 'OK' : 'FAIL'}","error":{"message":"x"}}`);
    }
    for (const id of ['-1', '1e400', '"7"', 'null', '1.5', '{}', `${2 ** 53}`]) {
      socket.say(`{"seq_reply":${id},"status":"OK"}`);
    }
    expect(errors).toEqual([]);
    // An answer that arrived before its question is ignored.
    let result = 'waiting';
    for (let n = 0; n < 200; n += 1) {
      service.request('a').then(
        () => {
          result = 'answered';
        },
        () => undefined,
      );
    }
    await vi.advanceTimersByTimeAsync(1_000);
    expect(result).toBe('waiting');
    service.dispose();
  });

  it('1,000 hellos on one link cause 1,000 notices and no extra frame, timer or socket', async () => {
    const { service, missed, sockets, up } = setUp({ protocol });
    const socket = await up();
    const [sent, timers] = [socket.sent.length, vi.getTimerCount()];
    for (let n = 0; n < 1_000; n += 1) socket.say(hello(`session ${n}`));
    expect(missed).toHaveLength(1_000);
    expect(service.store.getState().connectionId).toBe('session 999');
    expect([socket.sent.length, sockets.made.length]).toEqual([sent, 1]);
    expect(vi.getTimerCount()).toBeLessThanOrEqual(timers);
  });
});

describe.each(each)('%s: replies', (_, protocol: Protocol) => {
  it('settle only the request with their id, and once', async () => {
    const { service, up } = setUp({ protocol });
    const socket = await up();
    const settled: unknown[] = [];
    const note = (promise: Promise<unknown>): void =>
      void promise.then((value) => settled.push(value)).catch((error) => settled.push(error.code));
    note(service.request('first'));
    const first = idOf(socket.sent.at(-1));
    note(service.request('second'));
    const second = idOf(socket.sent.at(-1));
    service.send('told');
    const told = idOf(socket.sent.at(-1));
    expect(messagesOf(socket)).toEqual(['first', 'second', 'told']);
    for (const id of [told, second + 1_000, second, second]) {
      socket.say({ seq_reply: id, status: 'OK', data: `to ${id}` });
    }
    socket.say({ seq_reply: second, status: 'FAIL', error: {} });
    await vi.advanceTimersByTimeAsync(1);
    expect(settled).toEqual([`to ${second}`]);
    socket.hangUp(1006);
    await vi.advanceTimersByTimeAsync(3_010);
    expect(settled).toEqual([`to ${second}`, 'connection-lost']);
    expect(first).toBeLessThan(second);
  });

  it('that arrive over another link, or at another service, settle nothing', async () => {
    const mine = setUp({ protocol });
    const socket = await mine.up();
    const lost = mine.service.request('lost').catch(({ code }: WebSocketServiceError) => code);
    const lostId = idOf(socket.sent.at(-1));
    socket.hangUp(1006);
    expect(await lost).toBe('connection-lost');
    await mine.pass(3_010);
    mine.sockets.last.accept();
    mine.sockets.last.say(hello('another'));
    let result = 'waiting';
    const asked = mine.service.request('asked').then(() => {
      result = 'answered';
    });
    const askedId = idOf(mine.sockets.last.sent.at(-1));
    expect(askedId).toBeGreaterThan(lostId);
    const theirs = setUp({ protocol });
    const other = await theirs.up();
    other.say({ seq_reply: askedId, status: 'OK' });
    socket.say({ seq_reply: askedId, status: 'OK' });
    mine.sockets.last.say({ seq_reply: lostId, status: 'OK' });
    await mine.pass(1);
    expect(result).toBe('waiting');
    mine.sockets.last.say({ seq_reply: askedId, status: 'OK' });
    await asked;
    expect(result).toBe('answered');
  });
});
