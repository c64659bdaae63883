/** Each bad input is a typed error with a helpful message, and breaks nothing else. */

import {
  createWebSocketService,
  type IWebSocketConfig,
  useConnection,
  useConnectionStatus,
  useLiveQuery,
  useMissedEvents,
  useWebSocketService,
  useWsConnected,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsRecent,
  useWsReducer,
  useWsRequest,
  useWsSend,
  useWsText,
  type WebSocketErrorCode,
  type WebSocketService,
  WebSocketServiceError,
} from 'everwire';
import type { GarbleKind } from 'everwire/testing';
import { Component, type ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { createProbe, numberOf, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

/**
 * Expects a message for people: a complete sentence, or one that ends with quoted text, without remains of code such as
 * `undefined`.
 */
function expectSentence(message: string): void {
  expect(message).toMatch(/^["a-z].*([.!?]|: .+)$/isu);
  expect(message).not.toMatch(/\[object |undefined undefined|NaN ms/);
  expect(message.length).toBeGreaterThan(20);
}

/** A page that shows ticks and collects its errors. */
function showPage(first: Record<string, unknown> = {}) {
  const errors: WebSocketServiceError[] = [];
  const heard: unknown[] = [];
  const seen: { service?: WebSocketService } = {};
  const state = createProbe(() => {
    seen.service = useWebSocketService();
    return useConnection(({ status, reason, error }) => ({ status, reason, error }));
  });
  const tick = createProbe(() => {
    useWsEventHandler('tick', (event) => heard.push(numberOf(event)));
    return numberOf(useWsEvent('tick'));
  });
  const tree = (props: Record<string, unknown>) => (
    <Wire to={stage.server} onError={(error) => errors.push(error)} {...(props as Partial<WireProps>)}>
      <state.Probe />
      <tick.Probe />
    </Wire>
  );
  const page = stage.mount(tree(first));
  return {
    errors,
    heard,
    state,
    tick,
    service: () => seen.service,
    change: (props: Record<string, unknown>) => page.rerender(tree(props)),
    codes: () => errors.map(({ code }) => code),
  };
}

/** Expects a working page: connected over one socket, and able to send. */
async function expectUnharmed({ heard, state, tick }: ReturnType<typeof showPage>): Promise<void> {
  expect(state.last?.status).toBe('connected');
  const before = heard.length;
  stage.server.emit('tick', { n: 4711 });
  await stage.frame();
  expect(heard.slice(before)).toEqual([4711]);
  expect(tick.last).toBe(4711);
}

describe('a config that cannot work', () => {
  const bad: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
    ['a url with the scheme ftp', { url: 'ftp://example.com/ws' }, /ftp/],
    ['a url with a bracket in its host', { url: 'wss://exa[mple.com/ws' }, /not a valid address/],
    ['a url with a fragment', { url: 'wss://example.com/ws#top' }, /fragment/],
    ['a url that is only a scheme', { url: 'wss://' }, /not a valid address/],
    ['a url that is a number', { url: 42 }, /"url" must be/],
    ['a url that is null', { url: null }, /"url" must be/],
    ['no url', { url: undefined }, /no url/],
    ['a token that is a number', { token: 42 }, /"token" must be/],
    ['a delay that is NaN', { reconnectDelay: Number.NaN }, /"reconnectDelay" must be/],
    ['a delay that is negative', { reconnectDelay: -1 }, /"reconnectDelay" must be/],
    ['a delay that is text', { reconnectDelay: '3000' }, /"reconnectDelay" must be/],
    ['a delay that a timer cannot hold', { reconnectDelay: 2 ** 31 }, /"reconnectDelay" must be/],
    ['a longest delay that is NaN', { reconnectDelayMax: Number.NaN }, /"reconnectDelayMax" must be/],
    ['a jitter that is negative', { reconnectJitter: -1 }, /"reconnectJitter" must be/],
    ['a connect timeout of 0', { connectTimeout: 0 }, /"connectTimeout" must be/],
    ['attempts that are negative', { reconnectAttempts: -1 }, /"reconnectAttempts" must be/],
    ['attempts that are broken', { reconnectAttempts: 1.5 }, /"reconnectAttempts" must be/],
    ['an unknown backoff', { backoff: 'exponential' }, /"backoff" must be/],
    ['an unknown auth', { auth: 'header' }, /"auth" must be/],
    ['an unknown batch', { batch: 'never' }, /"batch" must be/],
    ['an invalid protocol', { protocol: {} }, /"protocol" must be/],
    ['an invalid logger', { logger: {} }, /"logger" must be/],
    ['an invalid WebSocket', { WebSocket: 'ws' }, /"WebSocket" must be/],
    ['a queue limit of 0', { sendQueue: { limit: 0 } }, /sendQueue\.limit" must be/],
    ['a queue lifetime that is NaN', { sendQueue: { ttl: Number.NaN } }, /sendQueue\.ttl" must be/],
    ['an unknown option', { reconectDelay: 5 }, /no option "reconectDelay"/],
  ];

  it.each(bad)(
    '%s is reported once, opens nothing, and is replaced by a valid one',
    async (_, props, words) => {
      const page = showPage(props);
      await stage.pass(60_000);
      expect(stage.server.attempts).toBe(0);
      expect(vi.getTimerCount()).toBe(0);
      expect(page.codes()).toEqual(['invalid-config']);
      const [error] = page.errors;
      expect(error).toBeInstanceOf(WebSocketServiceError);
      expect(error?.message).toMatch(words);
      expectSentence(error?.message ?? '');
      expect(page.state.last).toEqual({ status: 'disconnected', reason: 'invalid-config', error });

      page.change({});
      await stage.pass();
      expect(page.state.last?.error).toBeNull();
      await expectUnharmed(page);
      expect(page.codes()).toEqual(['invalid-config']);
    },
  );

  it('reports the second problem after the first is fixed', async () => {
    const page = showPage({ url: 'ftp://example.com', reconnectDelay: 5 });
    page.change({ reconnectDelay: -5 });
    page.change({ reconnectDelay: -6 });
    await stage.pass();
    expect(page.errors.map(({ message }) => message.includes('reconnectDelay'))).toEqual([false, true]);
  });

  it('passed to connect() does not throw, but is in the state and in errors$', () => {
    const service = createWebSocketService();
    const codes: WebSocketErrorCode[] = [];
    service.errors$.subscribe(({ code }) => codes.push(code));
    for (const config of [null, undefined, 'wss://example.com', 42, [], {}]) {
      expect(() => service.connect(config as unknown as IWebSocketConfig)).not.toThrow();
    }
    expect(new Set(codes)).toEqual(new Set(['invalid-config']));
    expect(service.store.getState().reason).toBe('invalid-config');
  });
});

describe('a missing provider', () => {
  const hooks: readonly (readonly [string, () => unknown])[] = [
    ['useWebSocketService', () => useWebSocketService()],
    ['useConnectionStatus', () => useConnectionStatus()],
    ['useConnection', () => useConnection()],
    ['useWsEvent', () => useWsEvent('tick')],
    ['useWsEventHandler', () => useWsEventHandler('tick', () => undefined)],
    ['useWsEvents', () => useWsEvents('tick')],
    ['useWsReducer', () => useWsReducer('tick', (state: number) => state, 0)],
    ['useWsRecent', () => useWsRecent('tick', { key: () => 1, ttl: 1 })],
    ['useWsText', () => useWsText('tick')],
    ['useMissedEvents', () => useMissedEvents(() => undefined)],
    ['useWsConnected', () => useWsConnected(() => undefined)],
    ['useLiveQuery', () => useLiveQuery({ key: ['posts'], fetch: () => Promise.resolve([]), on: {} })],
    ['useWsSend', () => useWsSend()],
    ['useWsRequest', () => useWsRequest()],
  ];

  it.each(hooks)('makes %s throw an error that says what to do', (_, useHook) => {
    const { Probe } = createProbe(useHook);
    let thrown: unknown = null;
    try {
      stage.renderToString(<Probe />);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(WebSocketServiceError);
    expect(thrown).toMatchObject({
      code: 'missing-provider',
      message: expect.stringContaining('<WebSocketProvider'),
    });
    expectSentence((thrown as Error).message);
  });
});

describe('a service prop that createWebSocketService did not make', () => {
  it('is a typed error for the nearest error boundary', async () => {
    const caught: unknown[] = [];
    class Boundary extends Component<{ readonly children: ReactNode }, { readonly failed: boolean }> {
      override state = { failed: false };
      static getDerivedStateFromError(): { readonly failed: boolean } {
        return { failed: true };
      }
      override componentDidCatch(error: unknown): void {
        caught.push(error);
      }
      override render(): ReactNode {
        return this.state.failed ? 'failed' : this.props.children;
      }
    }
    const foreign = { ...createWebSocketService() };
    const silence = (event: ErrorEvent): void => event.preventDefault();
    window.addEventListener('error', silence);
    stage.mount(
      <Boundary>
        <Wire to={stage.server} service={foreign} />
      </Boundary>,
    );
    await stage.pass();
    window.removeEventListener('error', silence);
    stage.takeConsoleErrors();
    expect(caught).toMatchObject([{ code: 'invalid-argument' }]);
    expectSentence((caught[0] as Error).message);
  });
});

describe('a service that was disposed of', () => {
  it('is reported once for any number of renders, so that an onError that sets state does not loop', async () => {
    const service = createWebSocketService();
    service.dispose();
    const page = showPage({ service });
    for (let round = 0; round < 5; round += 1) page.change({ service });
    await stage.pass();
    expect(page.codes()).toEqual(['disposed']);
    expectSentence(page.errors[0]?.message ?? '');
    expect(stage.server.socketsConstructed).toBe(0);
  });
});

describe('a token function', () => {
  const failing: readonly (readonly [string, () => unknown, RegExp])[] = [
    [
      'that throws',
      () => {
        throw new Error('no session');
      },
      /no session/,
    ],
    ['that rejects', () => Promise.reject(new Error('no session')), /no session/],
    ['that rejects with nothing', () => Promise.reject(), /failed/],
    ['that returns nothing', () => undefined, /returned no token/],
    ['that returns an empty string', () => '', /returned no token/],
    ['that resolves with a number', () => Promise.resolve(42), /returned no token/],
  ];

  it.each(failing)(
    '%s is reported, called again after the backoff, and then connects',
    async (_, fail, words) => {
      let isMended = false;
      const page = showPage({ token: () => (isMended ? 'one' : fail()) });
      await stage.pass();
      expect(stage.server.socketsConstructed).toBe(0);
      expect(page.codes()).toEqual(['token-failed']);
      expect(page.errors[0]?.message).toMatch(words);
      expectSentence(page.errors[0]?.message ?? '');
      expect(page.state.last).toMatchObject({ status: 'reconnecting', error: { code: 'token-failed' } });
      isMended = true;
      await stage.pass(5_000);
      expect(page.state.last?.error).toBeNull();
      await expectUnharmed(page);
    },
  );

  it('that hangs is aborted after connectTimeout and called again', async () => {
    const signals: AbortSignal[] = [];
    let isMended = false;
    const page = showPage({
      token: ({ signal }: { readonly signal: AbortSignal }) => {
        signals.push(signal);
        return isMended ? 'one' : new Promise(() => undefined);
      },
    });
    await stage.pass(14_900);
    expect(page.codes()).toEqual([]);
    await stage.pass(200);
    expect(page.codes()).toEqual(['connect-timeout']);
    expect(page.errors[0]?.message).toMatch(/token function/);
    expectSentence(page.errors[0]?.message ?? '');
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    isMended = true;
    await stage.pass(5_000);
    await expectUnharmed(page);
  });

  it('that keeps failing is given up after the allowed attempts', async () => {
    const page = showPage({
      token: () => Promise.reject(new Error('no session')),
      reconnectAttempts: 2,
      reconnectDelay: 100,
    });
    await stage.pass(5_000);
    expect(page.codes()).toEqual(['token-failed', 'token-failed', 'token-failed', 'attempts-exhausted']);
    expect(page.state.last).toMatchObject({ status: 'disconnected', reason: 'attempts-exhausted' });
  });
});

describe('a url function', () => {
  it.each<readonly [string, () => unknown, RegExp]>([
    [
      'that throws',
      () => {
        throw new Error('no directory');
      },
      /no directory/,
    ],
    ['that returns nothing', () => '', /returned no url/],
    ['that returns an invalid address', () => 'ftp://example.com', /ftp/],
  ])('%s is reported and called again', async (_, fail, words) => {
    let isMended = false;
    const page = showPage({ url: () => (isMended ? stage.server.url : fail()) });
    await stage.pass();
    expect(page.codes()).toEqual(['url-failed']);
    expect(page.errors[0]?.message).toMatch(words);
    expectSentence(page.errors[0]?.message ?? '');
    isMended = true;
    await stage.pass(5_000);
    await expectUnharmed(page);
  });
});

describe('other functions of the config', () => {
  it.each<readonly [string, Record<string, unknown>]>([
    [
      'a closePolicy that throws',
      {
        closePolicy: () => {
          throw new Error('no policy');
        },
      },
    ],
    ['a closePolicy that returns nonsense', { closePolicy: () => 'maybe' }],
    [
      'a backoff that throws',
      {
        backoff: () => {
          throw new Error('no backoff');
        },
      },
    ],
    ['a backoff that returns NaN', { backoff: () => Number.NaN }],
    ['a backoff that returns a negative wait', { backoff: () => -5 }],
  ])('%s is reported, and the default is used', async (what, props) => {
    const page = showPage(props);
    await stage.pass();
    stage.server.drop();
    await stage.pass(5_000);
    expect(page.codes()).toEqual(['handler-failed']);
    expectSentence(page.errors[0]?.message ?? '');
    // A function that returned did not throw.
    expect(page.errors[0]?.message.includes('threw')).toBe(what.endsWith('throws'));
    await expectUnharmed(page);
  });

  it.each<readonly [string, () => number]>([
    ['NaN', () => Number.NaN],
    ['a negative number', () => -1e9],
    ['a large number', () => 1e9],
    [
      'nothing, but throws',
      () => {
        throw new Error('no luck');
      },
    ],
  ])('a random that returns %s does not prevent a reconnection', async (_, random) => {
    const page = showPage({ random });
    await stage.pass();
    stage.server.drop();
    await stage.pass(10_000);
    await expectUnharmed(page);
    expect(stage.server.socketsConstructed).toBe(2);
  });

  it('a logger that throws affects nothing', async () => {
    const shout = (): never => {
      throw new Error('no log');
    };
    const page = showPage({ logger: { debug: shout, info: shout, warn: shout, error: shout } });
    await stage.pass();
    stage.server.drop();
    await stage.pass(5_000);
    await expectUnharmed(page);
    expect(page.codes()).toEqual([]);
  });

  it('a WebSocket that cannot be constructed is reported without the address', async () => {
    class Forbidden {
      constructor(url: string) {
        throw Object.assign(new Error(`Refused to connect to ${url}`), { name: 'SecurityError' });
      }
    }
    const page = showPage({ WebSocket: Forbidden, token: 'canary-token' });
    await stage.pass();
    expect(page.codes()).toEqual(['invalid-config']);
    expectSentence(page.errors[0]?.message ?? '');
    expect(page.errors[0]?.message).toContain('SecurityError');
    expect(page.errors[0]?.message).not.toContain('canary');
  });
});

describe('messages that cannot be sent', () => {
  const circular: Record<string, unknown> = {};
  circular['self'] = circular;
  const unsendable: readonly (readonly [string, unknown])[] = [
    ['a circular object', circular],
    ['a bigint', { n: 1n }],
    ['a function', () => undefined],
    ['a symbol', Symbol('x')],
    [
      'an object whose toJSON throws',
      {
        toJSON() {
          throw new Error('not me');
        },
      },
    ],
  ];

  it.each(unsendable)('%s is refused by send, and reported', async (_, data) => {
    const page = showPage();
    await stage.pass();
    expect(page.service()?.send('typing', data)).toBe('refused');
    expect(page.codes()).toEqual(['not-serializable']);
    expectSentence(page.errors[0]?.message ?? '');
    expect(page.errors[0]?.message).toContain('typing');
    expect(page.service()?.send('typing', { fine: true })).toBe('sent');
    await stage.pass();
    expect(stage.server.received.map(({ data: received }) => received)).toEqual([{ fine: true }]);
    await expectUnharmed(page);
  });

  it.each(unsendable)('%s rejects a request', async (_, data) => {
    const page = showPage();
    await stage.pass();
    const failure = await page
      .service()
      ?.request('ask', data)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'not-serializable' });
    expect(page.codes()).toEqual([]);
    await expectUnharmed(page);
  });

  it.each(['', 42, null, undefined])('send and request reject the message name %j', async (name) => {
    const page = showPage();
    await stage.pass();
    expect(page.service()?.send(name as string)).toBe('refused');
    expect(page.codes()).toEqual(['invalid-argument']);
    await expect(page.service()?.request(name as string)).rejects.toMatchObject({ code: 'invalid-argument' });
    await expectUnharmed(page);
  });

  it.each([0, -1, Number.NaN, 2 ** 31])('a request with the timeout %d rejects', async (timeout) => {
    const page = showPage();
    await stage.pass();
    await expect(page.service()?.request('ask', null, { timeout })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expectUnharmed(page);
  });
});

describe('a frame that cannot be read', () => {
  const kinds: readonly (readonly [GarbleKind, WebSocketErrorCode, RegExp])[] = [
    ['json', 'malformed-frame', /not JSON/],
    ['empty', 'unrecognised-frame', /not JSON/],
    ['array', 'unrecognised-frame', /not an object/],
    ['null', 'unrecognised-frame', /not an object/],
    ['number', 'unrecognised-frame', /not an object/],
    ['string', 'unrecognised-frame', /not an object/],
    ['no-event', 'unrecognised-frame', /no event name/],
    ['event-not-string', 'unrecognised-frame', /no event name/],
    ['unsafe-seq', 'malformed-frame', /seq/],
    ['negative-seq', 'malformed-frame', /seq/],
    ['fractional-seq', 'malformed-frame', /seq/],
    ['string-seq', 'malformed-frame', /seq/],
    ['binary', 'malformed-frame', /binary/],
    ['too-long', 'malformed-frame', /maxFrameLength/],
  ];

  it.each(kinds)('(%s) is reported as %s and changes nothing else', async (kind, code, words) => {
    const page = showPage();
    await stage.pass();
    stage.server.emit('tick', { n: 1 });
    await stage.frame();
    const { renders } = page.state;
    stage.server.garble(kind);
    stage.server.emit('tick', { n: 2 });
    await stage.frame();
    expect(page.heard).toEqual([1, 2]);
    expect(page.codes()).toEqual([code]);
    expect(page.errors[0]?.message).toMatch(words);
    expectSentence(page.errors[0]?.message ?? '');
    expect(page.state.renders).toBe(renders);
    expect(stage.server.socketsConstructed).toBe(1);
    await expectUnharmed(page);
  });

  it('ten times in a row replaces the link without another report', async () => {
    const page = showPage();
    await stage.pass();
    for (let round = 0; round < 9; round += 1) stage.server.garble();
    await stage.pass();
    expect(stage.server.socketsConstructed).toBe(1);
    stage.server.garble();
    await stage.pass(10_000);
    expect(stage.server.socketsConstructed).toBe(2);
    expect(new Set(page.codes())).toEqual(new Set(['malformed-frame']));
    await expectUnharmed(page);
  });

  it('changes neither our objects nor Object.prototype', async () => {
    const page = showPage();
    await stage.pass();
    stage.server.sendRaw(
      '{"event":"tick","data":{"n":7,"__proto__":{"bad":1}},"seq":1,"__proto__":{"bad":1}}',
    );
    await stage.frame();
    expect(page.heard).toEqual([7]);
    expect(({} as { readonly bad?: unknown }).bad).toBeUndefined();
  });
});

describe('invalid names', () => {
  it.each([42, 0, 0n, Symbol('tick'), true, {}, ['tick', 7], [['tick']], new Set(['tick'])])(
    'useWsEventHandler(%o) throws a typed error at once',
    (names) => {
      const { Probe } = createProbe(() => useWsEventHandler(names as never, () => undefined));
      const attempt = (): string =>
        stage.renderToString(
          <Wire to={stage.server}>
            <Probe />
          </Wire>,
        );
      expect(attempt).toThrow(WebSocketServiceError);
      expect(attempt).toThrow(/event name/);
    },
  );

  it.each([42, 0, 0n, Symbol('tick'), true, {}, ['tick']])(
    'useWsEvent(%o) throws a typed error at once',
    (name) => {
      const { Probe } = createProbe(() => useWsEvent(name as never));
      const attempt = (): string =>
        stage.renderToString(
          <Wire to={stage.server}>
            <Probe />
          </Wire>,
        );
      expect(attempt).toThrow(WebSocketServiceError);
      expect(attempt).toThrow(/event name/);
    },
  );
});
