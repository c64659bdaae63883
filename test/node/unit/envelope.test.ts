/** The envelope decodes every frame, valid or not, as documented. */
import { createEnvelopeProtocol, envelopeProtocol } from 'everwire/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { decode, target } = envelopeProtocol;

const attempt = {
  url: 'ws://h.test/ws',
  auth: 'query' as const,
  token: undefined,
  resume: null,
  lastCloseCode: null,
  nextId: () => 1,
};

describe('decode', () => {
  it.each([
    ['{"event":"posted","data":{"a":1},"seq":7}', { event: 'posted', data: { a: 1 }, seq: 7 }],
    ['{"event":"posted","seq":0}', { event: 'posted', data: undefined, seq: 0 }],
    ['{"event":"posted","data":null}', { event: 'posted', data: null, seq: -1 }],
    ['{"event":"posted","data":1,"seq":null}', { event: 'posted', data: 1, seq: -1 }],
    [
      '{"event":"posted","data":1,"seq":1,"broadcast":{"channel_id":"c"},"other":2}',
      { event: 'posted', data: 1, seq: 1, broadcast: { channel_id: 'c' } },
    ],
    ['{"event":"posted","seq":1,"broadcast":null}', { event: 'posted', data: undefined, seq: 1 }],
    ['{"event":"constructor","seq":1}', { event: 'constructor', data: undefined, seq: 1 }],
  ])('reads the event %s', (frame, event) => {
    expect(decode(frame)).toEqual({ kind: 'event', event });
  });

  it.each([
    ['{"event":"hello","data":{"connection_id":"c1"},"seq":0}', 'c1'],
    ['{"event":"hello","data":{},"seq":0}', null],
    ['{"event":"hello"}', null],
  ])('reads the id from %s', (frame, connectionId) => {
    expect(decode(frame)).toMatchObject({ kind: 'hello', connectionId });
  });

  it.each([
    [
      '{"status":"OK","seq_reply":3,"data":[1]}',
      { kind: 'reply', id: 3, result: { status: 'ok', data: [1] } },
    ],
    ['{"status":"OK","seq_reply":3}', { kind: 'reply', id: 3, result: { status: 'ok', data: undefined } }],
    [
      '{"status":"FAIL","seq_reply":3,"error":{"message":"no","id":"x"}}',
      {
        kind: 'reply',
        id: 3,
        result: { status: 'failed', message: 'no', details: { message: 'no', id: 'x' } },
      },
    ],
    [
      '{"status":"FAIL","seq_reply":3}',
      {
        kind: 'reply',
        id: 3,
        result: { status: 'failed', message: 'no reason given', details: {} },
      },
    ],
    ['{"status":"FAIL"}', { kind: 'ignored' }],
    ['{"seq_reply":-1,"status":"OK"}', { kind: 'ignored' }],
    ['{"seq_reply":"3","status":"OK"}', { kind: 'ignored' }],
  ])('reads the reply %s', (frame, decoded) => {
    expect(decode(frame)).toEqual(decoded);
  });

  it.each([
    ['{', 'not-json'],
    [' \n{"event":"a",}', 'not-json'],
    ['\ufeff{"event":"a"}', 'not-json'],
    ['{"event":"a","seq":"10"}', 'unsafe-seq'],
    ['{"event":"a","seq":-1}', 'unsafe-seq'],
    ['{"event":"a","seq":1.5}', 'unsafe-seq'],
    ['{"event":"a","seq":9007199254740992}', 'unsafe-seq'],
    ['{"event":"a","seq":1e400}', 'unsafe-seq'],
    ['{"event":"hello","data":{"connection_id":5}}', 'bad-hello'],
    ['{"event":"hello","data":{"connection_id":""}}', 'bad-hello'],
    [`{"event":"hello","data":{"connection_id":"${'x'.repeat(300)}"}}`, 'bad-hello'],
  ])('rejects %s: %s', (frame, reason) => {
    expect(decode(frame)).toEqual({ kind: 'malformed', reason });
  });

  it.each([
    ['', 'text'],
    ['\n', 'text'],
    ['ping', 'text'],
    ['<ping/>', 'text'],
    ['PING 17', 'text'],
    ['[{"event":', 'text'],
    ['null', 'not-an-object'],
    ['[]', 'not-an-object'],
    ['42', 'not-an-object'],
    ['"text"', 'not-an-object'],
    ['{}', 'no-event-name'],
    ['{"event":""}', 'no-event-name'],
    ['{"event":5,"seq":1}', 'no-event-name'],
    ['{"message":"Forbidden","requestId":"r-1"}', 'no-event-name'],
  ])('does not recognise %j: %s', (frame, reason) => {
    expect(decode(frame)).toEqual({ kind: 'unrecognised', reason });
  });

  it('rejects binary frames', () => {
    expect(decode(new ArrayBuffer(3))).toEqual({ kind: 'malformed', reason: 'binary' });
  });

  it('never throws, for any frame', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (frame) => {
        expect(decode(frame).kind).toBeTypeOf('string');
      }),
    );
  });

  it('lets no frame change a prototype', () => {
    const decoded = decode(
      '{"event":"a","seq":1,"__proto__":{"polluted":1},"data":{"__proto__":{"polluted":1}}}',
    );
    expect(decoded).toMatchObject({ kind: 'event' });
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(
      decoded.kind === 'event' && (decoded.event as object as Record<string, unknown>)['polluted'],
    ).toBeUndefined();
  });
});

describe('target', () => {
  it('keeps the address if there is nothing to add', () => {
    expect(target(attempt)).toEqual({ url: 'ws://h.test/ws', protocols: [], opening: [] });
  });

  it('appends the encoded token to an existing query', () => {
    expect(target({ ...attempt, token: 'a&b=c d/ü' }).url).toBe(
      'ws://h.test/ws?token=a%26b%3Dc%20d%2F%C3%BC',
    );
    expect(target({ ...attempt, url: 'ws://h.test/ws?x=1', token: 't' }).url).toBe(
      'ws://h.test/ws?x=1&token=t',
    );
  });

  it('asks for the next expected event, with the id', () => {
    const resume = { connectionId: 'c/1', nextSeq: 12 };
    expect(target({ ...attempt, resume }).url).toBe('ws://h.test/ws?connection_id=c%2F1&sequence_number=12');
  });

  it('sends the token as the first message', () => {
    const { url, opening } = target({ ...attempt, auth: 'message', token: 's3cret', nextId: () => 9 });
    expect(url).not.toContain('s3cret');
    expect(opening?.map((frame) => JSON.parse(String(frame)))).toEqual([
      { event: 'authenticate', data: { token: 's3cret' }, seq: 9 },
    ]);
  });

  it('offers the token as a valid subprotocol', () => {
    const { url, protocols } = target({ ...attempt, auth: 'subprotocol', token: 'ü=/+?>' });
    expect(url).toBe('ws://h.test/ws');
    expect(protocols?.[0]).toBe('everwire');
    expect(protocols?.[1]).toMatch(/^everwire\.token\.[A-Za-z0-9_-]+$/);
    expect(Buffer.from(String(protocols?.[1]).slice('everwire.token.'.length), 'base64url').toString()).toBe(
      'ü=/+?>',
    );
  });

  it("does not send the token with auth: 'none'", () => {
    expect(JSON.stringify(target({ ...attempt, auth: 'none', token: 's3cret' }))).not.toContain('s3cret');
  });
});

describe('another reader and writer of JSON', () => {
  const bigints = createEnvelopeProtocol({
    // Every number is of another type, as some packages have it.
    parse: (text) =>
      JSON.parse(text, (_key, value) =>
        typeof value === 'number' ? { valueOf: () => BigInt(value) } : value,
      ),
    stringify: (message) =>
      JSON.stringify(message, (_key, value) => (typeof value === 'bigint' ? `big ${value}` : value)),
  });

  it('reads the numbers of events and replies of every type', () => {
    expect(bigints.decode('{"event":"a","data":{},"seq":3}')).toMatchObject({
      kind: 'event',
      event: { seq: 3 },
    });
    expect(bigints.decode('{"seq_reply":4,"status":"OK"}')).toMatchObject({ kind: 'reply', id: 4 });
    expect(bigints.decode('{"event":"a","seq":9007199254740992}')).toMatchObject({ reason: 'unsafe-seq' });
    expect(bigints.decode('{"event":"a","seq":"3"}')).toMatchObject({ reason: 'unsafe-seq' });
    expect(bigints.decode('{"event":"a","seq":{"valueOf":1}}')).toMatchObject({ reason: 'unsafe-seq' });
  });

  it('writes messages, pings and the token', () => {
    expect(bigints.encode({ kind: 'send', event: 'a', data: 1n, id: 1 })).toBe(
      '{"event":"a","data":"big 1","seq":1}',
    );
    expect(bigints.ping?.(2)).toBe('{"event":"ping","seq":2}');
    const { opening } = bigints.target({ ...attempt, auth: 'message', token: 't', nextId: () => 3 });
    expect(opening).toEqual(['{"event":"authenticate","data":{"token":"t"},"seq":3}']);
  });

  it('that throws makes a frame malformed', () => {
    const { decode: broken } = createEnvelopeProtocol({
      parse: () => {
        throw new Error('no');
      },
    });
    expect(broken('{}')).toEqual({ kind: 'malformed', reason: 'not-json' });
  });

  it('leaves the name: a new one in each render is the same protocol', () => {
    expect(bigints.name).toBe(envelopeProtocol.name);
  });
});

describe('a reply of several parts', () => {
  it('says whether others follow', () => {
    expect(decode('{"seq_reply":1,"status":"OK","data":"a","more":true}')).toEqual({
      kind: 'reply',
      id: 1,
      result: { status: 'ok', data: 'a' },
      more: true,
    });
    expect(decode('{"seq_reply":1,"status":"OK","data":null,"more":true}')).toMatchObject({
      result: { data: null },
      more: true,
    });
    expect(decode('{"seq_reply":1,"status":"OK","data":null,"more":false}')).toEqual({
      kind: 'reply',
      id: 1,
      result: { status: 'ok', data: undefined },
      more: false,
    });
  });

  it('is cancelled by a message of its own, and a request is not', () => {
    const nextId = (): number => 9;
    const ask = { event: 'ask', data: {}, id: 7 };
    expect(envelopeProtocol.cancel?.({ kind: 'stream', ...ask }, nextId)).toBe(
      '{"event":"cancel","data":{"seq":7},"seq":9}',
    );
    expect(envelopeProtocol.cancel?.({ kind: 'request', ...ask }, nextId)).toBeUndefined();
  });
});
