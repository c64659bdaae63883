/** The addresses and frames are those of a Mattermost server, and every frame is decoded correctly. */
import { createMattermostProtocol, mattermostProtocol } from 'everwire/mattermost';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const { decode, encode, ping, target } = mattermostProtocol;

const attempt = {
  url: 'wss://chat.test/api/v4/websocket',
  auth: 'message' as const,
  token: undefined,
  resume: null,
  lastCloseCode: null,
  nextId: () => 1,
};
const address = `${attempt.url}?connection_id=`;
const id = 'hzg47a5pmtnstk5yh3ymzr4rtc';

describe('the address', () => {
  it('has both parameters from the first attempt on', () => {
    expect(target(attempt).url).toBe(`${address}&sequence_number=0`);
  });

  it('names the session and the next expected event', () => {
    const resume = { connectionId: id, nextSeq: 12 };
    expect(target({ ...attempt, resume }).url).toBe(`${address}${id}&sequence_number=12`);
  });

  it('contains the last close code, after posted_ack', () => {
    const withAck = createMattermostProtocol({ postedAck: true });
    expect(target({ ...attempt, lastCloseCode: 4000 }).url).toBe(
      `${address}&sequence_number=0&disconnect_err_code=4000`,
    );
    expect(withAck.target({ ...attempt, lastCloseCode: 1006 }).url).toBe(
      `${address}&sequence_number=0&posted_ack=true&disconnect_err_code=1006`,
    );
  });

  it('keeps an existing query', () => {
    expect(target({ ...attempt, url: 'wss://chat.test/ws?team=a' }).url).toBe(
      'wss://chat.test/ws?team=a&connection_id=&sequence_number=0',
    );
  });

  it('carries the token of an OAuth session, encoded', () => {
    expect(target({ ...attempt, auth: 'query', token: 'a&b c' })).toEqual({
      url: `${address}&sequence_number=0&access_token=a%26b%20c`,
      protocols: [],
      opening: [],
    });
  });

  it('escapes the id, so that it cannot add a parameter', () => {
    const resume = { connectionId: 'a&posted_ack=true#', nextSeq: 1 };
    expect(target({ ...attempt, resume }).url).toBe(`${address}a%26posted_ack%3Dtrue%23&sequence_number=1`);
  });
});

describe('the first frame', () => {
  it('is the challenge if there is a token', () => {
    const { opening, authId, url } = target({ ...attempt, token: 'xoxo', nextId: () => 7 });
    expect(opening).toEqual(['{"action":"authentication_challenge","seq":7,"data":{"token":"xoxo"}}']);
    expect(authId).toBe(7);
    expect(url).not.toContain('xoxo');
  });

  it.each([
    ['without a token, if the cookie authenticates', { ...attempt }],
    ["with auth: 'none'", { ...attempt, auth: 'none' as const, token: 'xoxo' }],
    ["with auth: 'query'", { ...attempt, auth: 'query' as const, token: 'xoxo' }],
  ])('is not sent %s', (_, one) => {
    const usedIds: number[] = [];
    const { opening, authId } = target({ ...one, nextId: () => usedIds.push(1) });
    expect({ opening, authId, usedIds }).toEqual({ opening: [], authId: undefined, usedIds: [] });
  });
});

describe('outgoing frames', () => {
  it('have the keys in the order of the published client, and no data key without data', () => {
    expect(
      encode({ kind: 'send', event: 'user_typing', data: { channel_id: 'c', parent_id: '' }, id: 3 }),
    ).toBe('{"action":"user_typing","seq":3,"data":{"channel_id":"c","parent_id":""}}');
    expect(encode({ kind: 'send', event: 'get_statuses', data: null, id: 4 })).toBe(
      '{"action":"get_statuses","seq":4,"data":null}',
    );
    expect(encode({ kind: 'send', event: 'presence', data: undefined, id: 5 })).toBe(
      '{"action":"presence","seq":5}',
    );
    expect(ping?.(2)).toBe('{"action":"ping","seq":2}');
  });

  it('throw for values that JSON cannot represent', () => {
    expect(() => encode({ kind: 'send', event: 'a', data: 1n, id: 1 })).toThrow(TypeError);
  });
});

describe('the protocol object', () => {
  it('declares when it is connected, its auth modes and its limits', () => {
    expect(mattermostProtocol).toMatchObject({
      defaultAuth: 'message',
      authModes: ['message', 'query', 'none'],
      connectedOn: 'first-frame',
      answersPings: 'surely',
      maxSendBytes: 8192,
    });
  });

  it('has one name for each set of options, however often it is created', () => {
    expect(createMattermostProtocol().name).toBe(mattermostProtocol.name);
    expect(createMattermostProtocol({ postedAck: false }).name).toBe(mattermostProtocol.name);
    expect(createMattermostProtocol({ postedAck: true }).name).not.toBe(mattermostProtocol.name);
  });
});

const broadcast = {
  omit_users: null,
  user_id: '',
  channel_id: 'c1',
  team_id: '',
  connection_id: '',
  omit_connection_id: '',
};

describe('an event', () => {
  it('keeps the fields of an event and drops all others of the frame', () => {
    const frame = { event: 'typing', data: { user_id: 'u' }, broadcast, seq: 7, other: 1 };
    expect(decode(JSON.stringify(frame))).toEqual({
      kind: 'event',
      event: { event: 'typing', data: { user_id: 'u' }, broadcast, seq: 7 },
    });
  });

  it('is decoded with spaces after the colons too', () => {
    expect(decode('{"event": "typing", "data": {}, "broadcast": {"omit_users":null}, "seq": 0}')).toEqual({
      kind: 'event',
      event: { event: 'typing', data: {}, broadcast: { omit_users: null }, seq: 0 },
    });
  });

  it.each([
    ['{"event":"constructor","data":{},"seq":1}', { event: 'constructor', data: {}, seq: 1 }],
    ['{"event":"custom_a.b_c","data":[1],"seq":1}', { event: 'custom_a.b_c', data: [1], seq: 1 }],
    ['{"event":"a","data":1,"broadcast":null,"seq":1}', { event: 'a', data: 1, seq: 1 }],
    ['{"event":"posted","data":null,"seq":1}', { event: 'posted', data: null, seq: 1 }],
    ['{"event":"posted","data":["post"],"seq":1}', { event: 'posted', data: ['post'], seq: 1 }],
    ['{"event":"posted","data":"post","seq":1}', { event: 'posted', data: 'post', seq: 1 }],
    ['{"event":"status","status":"OK","data":{},"seq":1}', { event: 'status', data: {}, seq: 1 }],
  ])('may be %s', (frame, event) => {
    expect(decode(frame)).toEqual({ kind: 'event', event });
  });

  it('called hello sets the id of the session', () => {
    const data = { connection_id: id, server_version: '11.9.0.1.abc.true', server_hostname: 'mm-1' };
    expect(decode(JSON.stringify({ event: 'hello', data, broadcast, seq: 0 }))).toEqual({
      kind: 'hello',
      connectionId: id,
      event: { event: 'hello', data, broadcast, seq: 0 },
    });
  });

  it.each([
    ['{"event":"hello","data":{"server_version":"5.0.0"},"seq":0}', { kind: 'hello', connectionId: null }],
    ['{"event":"hello","data":{"connection_id":7},"seq":0}', { kind: 'malformed', reason: 'bad-hello' }],
    ['{"event":"hello","data":{"connection_id":""},"seq":0}', { kind: 'malformed', reason: 'bad-hello' }],
  ])('called hello may be %s', (frame, decoded) => {
    expect(decode(frame)).toMatchObject(decoded);
  });

  it.each(['"7"', '-1', '1.5', '9007199254740992', '1e400', '{}', 'true'])(
    'is malformed with the seq %s',
    (seq) => {
      expect(decode(`{"event":"posted","data":{},"seq":${seq}}`)).toEqual({
        kind: 'malformed',
        reason: 'unsafe-seq',
      });
    },
  );
});

describe('a reply', () => {
  it('to a ping is decoded', () => {
    const data = { text: 'pong', version: '11.9.0', server_time: 1_767_600_000_000, node_id: '' };
    expect(decode(JSON.stringify({ status: 'OK', seq_reply: 2, data }))).toEqual({
      kind: 'reply',
      id: 2,
      result: { status: 'ok', data },
    });
    expect(decode('{"status":"OK","seq_reply":3}')).toEqual({
      kind: 'reply',
      id: 3,
      result: { status: 'ok', data: undefined },
    });
  });

  const fail = (error: unknown, seq_reply: number | undefined = 5) =>
    decode(JSON.stringify({ status: 'FAIL', seq_reply, error }));

  it('that fails contains the reason', () => {
    const error = {
      id: 'api.web_socket_router.bad_action.app_error',
      message: 'Unknown WebSocket action.',
      detailed_error: '',
      request_id: 'r1',
      status_code: 500,
    };
    expect(fail(error)).toEqual({
      kind: 'reply',
      id: 5,
      result: { status: 'failed', message: 'Unknown WebSocket action.', details: error },
    });
  });

  it('that fails with 401 is marked as unauthorized', () => {
    const error = {
      id: 'api.web_socket_router.not_authenticated.app_error',
      message: 'no',
      status_code: 401,
    };
    expect(fail(error)).toMatchObject({ result: { status: 'failed', message: 'no', cause: 'unauthorized' } });
    expect(fail({ ...error, status_code: '401' })).not.toHaveProperty('result.cause');
    expect(fail({ ...error, status_code: 403 })).not.toHaveProperty('result.cause');
  });

  it.each([[undefined], [null], ['no'], [[]], [{}], [{ message: 5 }]])(
    'that fails may give the reason %j',
    (error) => {
      expect(fail(error)).toMatchObject({
        kind: 'reply',
        result: { status: 'failed', message: 'no reason given' },
      });
    },
  );

  it.each([
    '{"status":"FAIL","error":{"id":"api.web_socket_router.bad_seq.app_error","status_code":400}}',
    '{"status":"OK"}',
    '{"status":"OK","seq_reply":"2"}',
    '{"status":"OK","seq_reply":-2}',
    '{"status":"OK","seq_reply":null}',
  ])('without a request id is ignored: %s', (frame) => {
    expect(decode(frame)).toEqual({ kind: 'ignored' });
  });
});

describe('a frame that is neither an event nor a reply', () => {
  it.each([
    ['{"event":', 'malformed', 'not-json'],
    ['', 'unrecognised', 'text'],
    ['null', 'unrecognised', 'not-an-object'],
    ['[{"event":"posted"}]', 'unrecognised', 'not-an-object'],
    ['{}', 'unrecognised', 'no-event-name'],
    ['{"event":5,"seq":1}', 'unrecognised', 'no-event-name'],
    ['{"event":"","seq":1}', 'unrecognised', 'no-event-name'],
    ['{"error":{"status_code":401}}', 'unrecognised', 'no-event-name'],
  ])('%s is %s: %s', (frame, kind, reason) => {
    expect(decode(frame)).toEqual({ kind, reason });
  });

  it('is malformed if it is binary', () => {
    expect(decode(new ArrayBuffer(8))).toEqual({ kind: 'malformed', reason: 'binary' });
  });

  /** Frames that are almost right: the field names of the protocol, with any values. */
  const nearly = fc
    .record(
      {
        event: fc.oneof(fc.constantFrom('hello', 'posted', 'post_revealed', '__proto__'), fc.jsonValue()),
        data: fc.oneof(
          fc.dictionary(
            fc.constantFrom('post', 'mentions', 'connection_id', '__proto__'),
            fc.oneof(fc.json(), fc.jsonValue()),
          ),
          fc.jsonValue(),
        ),
        seq: fc.oneof(fc.nat(), fc.jsonValue()),
        broadcast: fc.jsonValue(),
        status: fc.oneof(fc.constantFrom('OK', 'FAIL'), fc.jsonValue()),
        seq_reply: fc.oneof(fc.nat(), fc.jsonValue()),
        error: fc.oneof(fc.record({ status_code: fc.constant(401) }), fc.jsonValue()),
      },
      { requiredKeys: [] },
    )
    .map((frame) => JSON.stringify(frame));

  it('never makes decode throw, nor reading its result', () => {
    const kinds = new Set<string>();
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: nearly }, fc.string(), fc.json()), (frame) => {
        const decoded = decode(frame);
        kinds.add(decoded.kind);
        // Fields that are decoded lazily are decoded here.
        structuredClone(decoded);
        expect(({} as Record<string, unknown>)['post']).toBeUndefined();
      }),
      { numRuns: 2_000 },
    );
    expect([...kinds].sort()).toEqual(['event', 'hello', 'ignored', 'malformed', 'reply', 'unrecognised']);
  });
});
