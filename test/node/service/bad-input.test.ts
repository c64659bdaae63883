/** Each wrong input is reported clearly, once, and breaks nothing else. In virtual time. */
import { envelopeProtocol, type IWebSocketConfig } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { connectedRig, rig } from '../../support/fake.ts';

describe('a config that cannot work', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no url', { url: undefined }, 'no url'],
    ['a url of another type', { url: 5 }, '"url" must be a string or a function'],
    ['an unsupported scheme', { url: 'ftp://h.test' }, 'scheme "ftp:"'],
    ['an invalid address', { url: 'wss://' }, 'not a valid address'],
    ['a fragment', { url: 'wss://h.test/#x' }, '#fragment'],
    ['a path without a page', { url: '/ws' }, 'no host'],
    ['NaN for a delay', { reconnectDelay: Number.NaN }, '"reconnectDelay" must be a number of milliseconds'],
    ['a negative delay', { reconnectDelay: -1 }, '"reconnectDelay" must be'],
    ['a delay that is too long for a timer', { reconnectDelayMax: 2 ** 31 }, '"reconnectDelayMax" must be'],
    ['a negative jitter', { reconnectJitter: -5 }, '"reconnectJitter" must be'],
    ['a delay that is text', { reconnectDelay: '3s' }, '"reconnectDelay" must be'],
    ['half an attempt', { reconnectAttempts: 1.5 }, '"reconnectAttempts" must be an integer from 0'],
    ['a connectTimeout of 0', { connectTimeout: 0 }, '"connectTimeout" must be'],
    ['an infinite connectTimeout', { connectTimeout: Infinity }, '"connectTimeout" must be'],
    ['an invalid backoff', { backoff: 'fast' }, "'vendor', 'decorrelated' or a function"],
    ['an invalid auth', { auth: 'header' }, "'query', 'message', 'subprotocol', 'cookie', 'none'"],
    ['an invalid batch', { batch: 'never' }, "'frame', 'microtask', 'sync'"],
    ['a queue with the limit 0', { sendQueue: { limit: 0 } }, '"sendQueue.limit" must be'],
    ['a queue with a negative ttl', { sendQueue: { ttl: -1 } }, '"sendQueue.ttl" must be'],
    ['an unknown option of the queue', { sendQueue: { limt: 5 } }, 'no option "sendQueue.limt"'],
    ['a heartbeat that is a number', { heartbeat: 30_000 }, "must be 'auto', false or an object"],
    ['an expected beat of 0', { heartbeat: { expect: 0 } }, '"heartbeat.expect" must be'],
    ['a heartbeat of NaN', { heartbeat: { interval: Number.NaN } }, '"heartbeat.interval" must be'],
    ['a queue that is true', { sendQueue: true }, '"sendQueue" must be false or an object'],
    ['a logger that cannot log', { logger: {} }, '"logger" must be an object with the functions debug'],
    ['a protocol without functions', { protocol: {} }, '"protocol" must be an object with a name'],
    ['an invalid WebSocket', { WebSocket: 'ws' }, '"WebSocket" must be a function'],
    ['an identity that is not a string', { identity: 7 }, '"identity" must be a string'],
    ['an unknown option', { reconectDelay: 5 }, 'no option "reconectDelay"'],
  ])('%s is reported in a readable sentence', async (_, wrong, words) => {
    const { server, service, config, errors, pass } = rig();
    service.connect({ ...config, ...wrong } as IWebSocketConfig);
    await pass(100);
    const { status, reason, error } = service.store.getState();
    expect({ status, reason }).toEqual({ status: 'disconnected', reason: 'invalid-config' });
    expect(error).toMatchObject({ code: 'invalid-config', message: expect.stringContaining(words) });
    expect(errors).toEqual([error]);
    expect(server.attempts).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([null, undefined, 'wss://h.test', 5, []])('reports that %o is not a config', (wrong) => {
    const { service, errors } = rig();
    service.connect(wrong as unknown as IWebSocketConfig);
    expect(errors).toMatchObject([{ code: 'invalid-config' }]);
  });

  it('is reported once, even if it is passed repeatedly', () => {
    const { service, config, errors } = rig();
    for (let render = 0; render < 5; render += 1) service.connect({ ...config, reconnectDelay: -1 });
    expect(errors).toHaveLength(1);
  });

  it('closes an open connection, and a valid config opens it again', async () => {
    const { server, service, config, pass } = await connectedRig();
    service.connect({ ...config, connectTimeout: -1 });
    await pass();
    expect(server.socketCount).toBe(0);
    service.connect(config);
    expect(service.store.getState().error).toBeNull();
    await pass();
    expect(service.isConnected()).toBe(true);
  });

  it('is reported in an environment without WebSocket', () => {
    vi.stubGlobal('WebSocket', undefined);
    const { service, config, errors } = rig();
    service.connect({ ...config, WebSocket: undefined });
    expect(errors).toMatchObject([
      { code: 'invalid-config', message: expect.stringContaining('no WebSocket') },
    ]);
    vi.unstubAllGlobals();
  });

  it('is reported when the constructor throws, without the secret in its message', async () => {
    const { service, config, errors, pass } = rig();
    class Refusing {
      constructor(url: string) {
        throw new DOMException(`The URL '${url}' is refused`, 'SecurityError');
      }
    }
    service.connect({ ...config, WebSocket: Refusing as never });
    await pass();
    expect(errors).toMatchObject([
      { code: 'invalid-config', message: expect.stringContaining('SecurityError') },
    ]);
    expect(service.store.getState().reason).toBe('invalid-config');
  });

  it('reports reconnect() without a config', () => {
    const { service, errors } = rig();
    service.reconnect();
    expect(errors).toMatchObject([{ code: 'not-connected' }]);
  });
});

describe('a token or url function', () => {
  it.each<[string, Partial<IWebSocketConfig>, string, string]>([
    [
      'a token function that throws',
      {
        token: () => {
          throw new Error('signed out');
        },
      },
      'token-failed',
      'signed out',
    ],
    ['one that rejects', { token: () => Promise.reject(new Error('503')) }, 'token-failed', '503'],
    ['one that returns nothing', { token: () => undefined as never }, 'token-failed', 'returned no token'],
    ['one that returns an empty token', { token: () => '' }, 'token-failed', 'returned no token'],
    [
      'one that hangs',
      { token: () => new Promise<string>(() => {}) },
      'connect-timeout',
      'did not answer within 15000 ms',
    ],
    [
      'a url function that throws',
      {
        url: () => {
          throw new Error('no region');
        },
      },
      'url-failed',
      'no region',
    ],
    ['one that returns nothing', { url: () => undefined as never }, 'url-failed', 'returned no url'],
    ['one that returns no address', { url: () => 'ftp://h.test' }, 'url-failed', 'scheme "ftp:"'],
  ])('%s is a failed attempt: reported and retried', async (_, wrong, code, words) => {
    const { server, service, config, errors, pass } = rig();
    service.connect({ ...config, ...wrong });
    await pass(15_010);
    expect(errors[0]).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(service.store.getState()).toMatchObject({ status: 'reconnecting', error: { code } });
    expect(server.attempts).toBe(0);
    service.connect({ ...config, identity: 'fixed' });
    await pass();
    expect(service.isConnected()).toBe(true);
  });

  it('receives the reason, and a signal that is aborted when the answer is no longer needed', async () => {
    const asked: { reason: string; signal: AbortSignal }[] = [];
    const { server, service, config, pass } = rig();
    service.connect({
      ...config,
      token: (context) => {
        asked.push(context);
        return 'tok-1';
      },
    });
    await pass();
    server.drop();
    await pass(3010);
    expect(asked.map(({ reason }) => reason)).toEqual(['initial', 'reconnect']);
    service.connect({
      ...config,
      token: ({ signal }) => {
        asked.push({ reason: 'hangs', signal });
        return new Promise(() => {});
      },
      identity: 'b',
    });
    await pass();
    service.disconnect();
    expect(asked.at(-1)?.signal.aborted).toBe(true);
  });

  it('that returns an invalid address is reported and called again', async () => {
    const { service, config, errors, pass } = rig();
    service.connect({ ...config, token: 'half a pair: \ud800' });
    await pass(3010);
    expect(errors[0]).toMatchObject({ code: 'url-failed' });
    service.connect(config);
    await pass();
    expect(service.isConnected()).toBe(true);
  });

  it('that answers too late opens no socket, and the protocol hears nothing of it', async () => {
    const { server, service, config, pass } = rig();
    let answer: (token: string) => void = () => {};
    const target = vi.fn(envelopeProtocol.target);
    service.connect({
      ...config,
      protocol: { ...envelopeProtocol, target },
      token: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    await pass();
    service.disconnect();
    answer('tok-late');
    await pass(1000);
    expect(server.attempts).toBe(0);
    expect(target).not.toHaveBeenCalled();
  });
});

describe('a config function that misbehaves', () => {
  it.each<[string, Partial<IWebSocketConfig>]>([
    [
      'closePolicy throws',
      {
        closePolicy: () => {
          throw new Error('oops');
        },
      },
    ],
    ['closePolicy returns nonsense', { closePolicy: () => 'maybe' as never }],
    ['closePolicy returns a list', { closePolicy: () => ['fatal'] as never }],
    [
      'backoff throws',
      {
        backoff: () => {
          throw new Error('oops');
        },
      },
    ],
    ['backoff returns NaN', { backoff: () => Number.NaN }],
    ['backoff returns a negative wait', { backoff: () => -1 }],
  ])('%s: it is reported, and the default is used', async (_, wrong) => {
    const { server, service, errors, pass } = await connectedRig({}, wrong);
    server.drop();
    await pass();
    expect(errors).toMatchObject([{ code: 'handler-failed' }]);
    await pass(3000);
    expect(service.isConnected()).toBe(true);
  });

  it('random returns nonsense: no wait leaves its limits', async () => {
    const { server, service, pass } = await connectedRig({}, { random: () => 99 });
    server.drop();
    await pass(3010);
    expect(service.isConnected()).toBe(true);
  });

  it('the logger throws: nothing else is affected', async () => {
    const broken = () => {
      throw new Error('disk full');
    };
    const { service } = await connectedRig(
      {},
      { logger: { debug: broken, info: broken, warn: broken, error: broken } },
    );
    expect(service.isConnected()).toBe(true);
  });

  it.each([
    ['the first config', []],
    ['a later config', [{ reconnectDelay: 1 }]],
  ])('%s is invalid: its logger hears of it', (_, earlier: Partial<IWebSocketConfig>[]) => {
    const lines: string[] = [];
    const note = (message: string) => lines.push(message);
    const logger = { debug: vi.fn(), info: vi.fn(), warn: note, error: note };
    const { config, service } = rig();
    for (const valid of earlier) service.connect({ ...config, ...valid });
    service.connect({ ...config, reconnectDelay: -1, logger });
    expect(lines).toEqual([expect.stringContaining('"reconnectDelay" must be')]);
  });

  it('the logger rejects: no rejection is left unhandled', async () => {
    const broken = () => Promise.reject(new Error('disk full'));
    // An unhandled rejection fails the test run.
    const { service, errors } = await connectedRig(
      {},
      { logger: { debug: broken, info: broken, warn: broken, error: broken } },
    );
    expect(service.isConnected()).toBe(true);
    expect(errors).toEqual([]);
  });

  it('closePolicy rejects: both its answer and its rejection are reported', async () => {
    const { server, errors, pass } = await connectedRig(
      {},
      { closePolicy: (() => Promise.reject(new Error('oops'))) as never },
    );
    server.drop();
    await pass();
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining("'retry', 'restart', 'auth', 'fatal' or 'done'"),
      'The option closePolicy threw: oops',
    ]);
  });

  it('the protocol throws while decoding: the frame is malformed', async () => {
    const protocol = {
      ...envelopeProtocol,
      name: 'broken',
      decode: () => {
        throw new Error('bad codec');
      },
    };
    const { errors } = await connectedRig({}, { protocol });
    expect(errors.map(({ code }) => code)).toEqual(['handler-failed', 'malformed-frame']);
  });
});

describe('a malformed frame', () => {
  it.each([
    ['json', 'not JSON'],
    ['unsafe-seq', 'not a safe integer'],
    ['negative-seq', 'not a safe integer'],
    ['string-seq', 'not a safe integer'],
    ['binary', 'binary'],
    ['too-long', 'longer than maxFrameLength'],
  ] as const)('%s is reported without its content, and changes nothing else', async (kind, words) => {
    const { server, service, errors, events, missed, pass } = await connectedRig();
    server.emit('a', 1);
    server.garble(kind);
    server.emit('a', 2);
    await pass();
    expect(errors).toMatchObject([{ code: 'malformed-frame', message: expect.stringContaining(words) }]);
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(missed).toEqual([]);
    expect(service.isConnected()).toBe(true);
  });

  it('is reported with its length, for any maxFrameLength', async () => {
    const { server, errors, pass } = await connectedRig({}, { maxFrameLength: 200 });
    server.sendRaw(JSON.stringify({ event: 'a', data: 'x'.repeat(300) }));
    await pass();
    expect(errors[0]?.details).toMatchObject({ reason: 'too-long', length: 323 });
  });

  it('ten times in a row replaces the link; a valid frame in between resets the count', async () => {
    const { server, service, pass } = await connectedRig();
    for (let count = 0; count < 9; count += 1) server.garble();
    server.emit('a');
    for (let count = 0; count < 9; count += 1) server.garble();
    await pass();
    expect(service.isConnected()).toBe(true);
    server.garble();
    await pass();
    expect(service.store.getState()).toMatchObject({ status: 'connected', lastClose: { code: 4002 } });
    expect(server.attempts).toBe(2);
  });
});

describe('an unrecognised frame', () => {
  it.each([
    ['empty', 'not JSON'],
    ['array', 'not an object'],
    ['null', 'not an object'],
    ['number', 'not an object'],
    ['string', 'not an object'],
    ['no-event', 'no event name'],
    ['event-not-string', 'no event name'],
  ] as const)('%s is reported once, without its content, and never ends the link', async (kind, words) => {
    const { server, service, errors, events, missed, pass } = await connectedRig();
    server.emit('a', 1);
    for (let count = 0; count < 50; count += 1) server.garble(kind);
    server.emit('a', 2);
    await pass();
    expect(errors).toMatchObject([{ code: 'unrecognised-frame', message: expect.stringContaining(words) }]);
    expect(events.map(({ seq }) => seq)).toEqual([0, 1, 2]);
    expect(missed).toEqual([]);
    expect(service.isConnected()).toBe(true);
    expect(server.attempts).toBe(1);
  });

  it('is reported once for each kind, over all links to the same server', async () => {
    const { server, service, config, errors, pass } = await connectedRig();
    const sayAll = async (): Promise<void> => {
      for (const frame of ['ping', 'pong', '[1]', '{"message":"Forbidden"}', '{"error":1}'])
        server.sendRaw(frame);
      await pass();
    };
    await sayAll();
    service.reconnect();
    await pass(100);
    await sayAll();
    expect(errors.map(({ details }) => details['reason'])).toEqual([
      'text',
      'not-an-object',
      'no-event-name',
    ]);
    service.connect({ ...config, url: `${server.url}?room=2` });
    await pass(100);
    await sayAll();
    expect(errors).toHaveLength(6);
  });

  it('neither counts as malformed nor interrupts a row of malformed ones', async () => {
    const { server, service, pass } = await connectedRig();
    for (let count = 0; count < 9; count += 1) {
      server.garble('json');
      server.sendRaw('ping');
    }
    await pass();
    expect(service.isConnected()).toBe(true);
    server.garble('json');
    await pass();
    expect(service.store.getState().lastClose?.code).toBe(4002);
  });
});
