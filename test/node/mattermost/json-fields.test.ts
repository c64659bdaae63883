/**
 * JSON strings inside `data` are parsed where they are listed: lazily, once, and with an error where they are invalid.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Decoded, IWebSocketEvent, PayloadProblem } from 'everwire/core';
import { mattermostProtocol } from 'everwire/mattermost';
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';

type Data = Record<string, unknown>;

const problems: PayloadProblem[] = [];

afterEach(() => {
  problems.length = 0;
  vi.restoreAllMocks();
});

function decode(event: string, data: unknown): IWebSocketEvent<Data> {
  const frame = JSON.stringify({ event, data, broadcast: { omit_users: null }, seq: 1 });
  return eventOf(mattermostProtocol.decode(frame, (problem) => problems.push(problem)));
}

function eventOf(decoded: Decoded): IWebSocketEvent<Data> {
  if (decoded.kind !== 'event' && decoded.kind !== 'hello') throw new Error(`No event, but ${decoded.kind}.`);
  return decoded.event as IWebSocketEvent<Data>;
}

const post = { id: 'p1', message: 'Hello', props: { nested: [1, null] } };

describe('a field with JSON in a string', () => {
  it('returns the parsed JSON', () => {
    const { data } = decode('posted', {
      channel_name: 'town-square',
      post: JSON.stringify(post),
      mentions: '["u1"]',
      set_online: true,
    });
    expect(data['post']).toEqual(post);
    expect(data['mentions']).toEqual(['u1']);
    expect(data).toEqual({ channel_name: 'town-square', post, mentions: ['u1'], set_online: true });
    expect(problems).toEqual([]);
  });

  it.each([
    ['a copy', (data: Data) => ({ ...data })],
    ['Object.assign', (data: Data) => Object.assign({}, data)],
    ['JSON', (data: Data) => JSON.parse(JSON.stringify(data))],
    ['structuredClone', (data: Data) => structuredClone(data)],
    ['its entries', (data: Data) => Object.fromEntries(Object.entries(data))],
  ])('is decoded in a copy made by %s too, and in the original', (_, copy) => {
    const { data } = decode('posted', { a: 1, post: JSON.stringify(post), z: 2 });
    const copied = copy(data);
    expect(copied).toEqual({ a: 1, post, z: 2 });
    expect(Object.keys(copied)).toEqual(['a', 'post', 'z']);
  });

  it('is parsed once, on first read', () => {
    const parse = vi.spyOn(JSON, 'parse');
    const { data } = decode('posted', { post: JSON.stringify(post), mentions: '["u1"]' });
    expect(parse).toHaveBeenCalledTimes(1);
    const first = data['post'];
    expect(parse).toHaveBeenCalledTimes(2);
    expect(data['post']).toBe(first);
    expect({ ...data }['post']).toBe(first);
    // One more, for the mentions that the copy has read.
    expect(parse).toHaveBeenCalledTimes(3);
  });

  it('is parsed in frozen data too', () => {
    const { data } = decode('posted', { post: JSON.stringify(post) });
    Object.freeze(data);
    expect(data['post']).toEqual(post);
    expect(data['post']).toEqual(post);
  });

  it('returns what JSON.parse returns, for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        const { data } = decode('posted', { post: json });
        expect(data['post']).toEqual(JSON.parse(json));
        expect(JSON.stringify(data)).toBe(JSON.stringify({ post: JSON.parse(json) }));
      }),
    );
    expect(problems).toEqual([]);
  });

  it.each([[post], [null], [7], [true], [['u1']]])(
    'is returned unchanged if it is not a string: %j',
    (value) => {
      expect(decode('post_revealed', { post: value }).data).toEqual({ post: value });
      expect(decode('posted', { post: value }).data).toEqual({ post: value });
    },
  );

  it('is decoded in post_revealed too, where the server may send a string', () => {
    expect(decode('post_revealed', { post: JSON.stringify(post) }).data).toEqual({ post });
  });

  it('stays absent when the server omits it', () => {
    expect(Object.keys(decode('posted', { team_id: 't' }).data)).toEqual(['team_id']);
  });
});

describe('a string that is not JSON', () => {
  it('reads as undefined and is reported once, on first read', () => {
    const { data } = decode('posted', { post: '{"id":', mentions: '["u1"]' });
    expect(problems).toEqual([]);
    expect(data['post']).toBeUndefined();
    expect({ ...data }).toEqual({ post: undefined, mentions: ['u1'] });
    expect(data['post']).toBeUndefined();
    expect(problems).toEqual([{ event: 'posted', field: 'post' }]);
  });

  it('reads as undefined without a report if it is empty', () => {
    const { data } = decode('channel_join_request_created', { request: '', channel_id: 'c' });
    expect(data['request']).toBeUndefined();
    expect(data['request']).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('causes no error where no report callback is given', () => {
    const decoded = mattermostProtocol.decode('{"event":"posted","data":{"post":"{"},"seq":1}');
    expect(eventOf(decoded).data['post']).toBeUndefined();
  });

  it('reads as undefined or as JSON.parse would, for any string', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { data } = decode('post_edited', { post: text });
        expect(data['post']).toEqual(parsed(text));
      }),
    );
  });
});

describe('JSON inside a string', () => {
  it('cannot change a prototype', () => {
    const inner = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}';
    const { data } = decode('posted', { post: inner, mentions: '[]' });
    const read = data['post'] as Data;
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
    expect(Object.getPrototypeOf({ ...read })).toBe(Object.prototype);
    expect(({} as Data)['polluted']).toBeUndefined();
    expect(read['polluted']).toBeUndefined();
  });

  it('cannot change a prototype through data either', () => {
    const frame = `{"event":"posted","data":{"__proto__":{"post":"{}","polluted":1},"post":"{}"},"seq":1}`;
    const { data } = eventOf(mattermostProtocol.decode(frame));
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
    expect(data['polluted']).toBeUndefined();
    expect(data['post']).toEqual({});
  });
});

describe('the list of fields', () => {
  const published = publishedFields();
  const all = publishedNames();

  it('matches the published types', () => {
    expect(all).toHaveLength(101);
    expect(Object.keys(published)).toHaveLength(45);
  });

  it.each([
    ...Object.entries(published),
    // Missing in the published union, or not typed as JSON there.
    ['channel_join_request_created', ['request']],
    ['channel_join_request_updated', ['request']],
    ['post_revealed', ['post']],
  ] as [string, string[]][])('of %s match the published types: %j', (event, fields) => {
    // Each name that is JSON in one event is tried in every event.
    const names = new Set([...Object.values(published).flat(), 'request']);
    const { data } = decode(event, Object.fromEntries([...names].map((name) => [name, '{"a":1}'])));
    const read = [...names].filter((name) => typeof data[name] !== 'string');
    expect(read.sort()).toEqual([...fields].sort());
  });

  it('leaves the fields of every other event unchanged', () => {
    const names = new Set([...Object.values(published).flat(), 'request']);
    const raw = Object.fromEntries([...names].map((name) => [name, '{"a":1}']));
    const known = new Set([
      ...Object.keys(published),
      'channel_join_request_created',
      'channel_join_request_updated',
      'post_revealed',
    ]);
    const others = [...all.filter((name) => !known.has(name)), 'custom_x', 'toString', '__proto__'];
    expect(others.length).toBeGreaterThan(50);
    for (const name of others) expect(decode(name, { ...raw, connection_id: 'c' }).data).toMatchObject(raw);
  });
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Event to fields, for each field that the published types declare as `JsonEncodedValue`. */
function publishedFields(): Record<string, string[]> {
  const names = publishedEnum();
  const found: Record<string, string[]> = {};
  const messages = read('websocket_messages.d.ts').matchAll(
    /export type \w+ = BaseWebSocketMessage<([^,>]+)(?:, ([\s\S]*?))?>;\n(?=export|\/\*\*|$)/g,
  );
  for (const [, events = '', body = ''] of messages) {
    const fields = [...body.matchAll(/(\w+)\??: JsonEncodedValue</g)].map(([, field = '']) => field);
    if (fields.length === 0) continue;
    for (const [, constant = ''] of events.matchAll(/WebSocketEvents\.(\w+)/g)) {
      found[names[constant] ?? constant] = fields;
    }
  }
  return found;
}

function publishedNames(): string[] {
  return Object.values(publishedEnum());
}

function publishedEnum(): Record<string, string> {
  const constants = read('websocket_events.d.ts').matchAll(/(\w+) = "([\w.]+)"/g);
  return Object.fromEntries([...constants].map(([, constant, name]) => [constant, name]));
}

function read(file: string): string {
  const { resolve } = createRequire(import.meta.url);
  return readFileSync(resolve(`@mattermost/client/lib/${file}`), 'utf8');
}
