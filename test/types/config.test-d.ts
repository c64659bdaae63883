/** The configs and socket classes that the compiler accepts. */

import {
  type BackoffContext,
  type CloseInfo,
  type CloseVerdict,
  createEnvelopeProtocol,
  createWebSocketService,
  defaultClosePolicy,
  envelopeProtocol,
  type ICookieConfig,
  type IWebSocketConfig,
  type Logger,
  type MissedEvents,
  type Protocol,
  type StandardSchemaV1,
  type TokenContext,
  vendorBackoff,
  type WakeSignal,
  type WebSocketConstructor,
  type WebSocketErrorCode,
  WebSocketProvider,
  type WebSocketProviderProps,
  WebSocketServiceError,
} from 'everwire';
import * as core from 'everwire/core';
import { acrossTabs } from 'everwire/tabs';
import { createFakeServer } from 'everwire/testing';
import { createElement } from 'react';
import { describe, expectTypeOf, it } from 'vitest';
import { WebSocket as NodeWebSocket } from 'ws';

const url = 'wss://example.com/ws';

describe('WebSocketConstructor', () => {
  it('takes the browser’s class, that of ws, and the fake one', () => {
    expectTypeOf<typeof globalThis.WebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf<typeof NodeWebSocket>().toExtend<WebSocketConstructor>();
    expectTypeOf(createFakeServer().WebSocket).toExtend<WebSocketConstructor>();
    const configs: readonly IWebSocketConfig[] = [
      { url, WebSocket },
      { url, WebSocket: NodeWebSocket },
      { url, WebSocket: createFakeServer().WebSocket },
    ];
    expectTypeOf(configs).items.toExtend<IWebSocketConfig>();
  });

  it('rejects anything else', () => {
    expectTypeOf<typeof EventTarget>().not.toExtend<WebSocketConstructor>();
    expectTypeOf<typeof EventSource>().not.toExtend<WebSocketConstructor>();
  });
});

describe('IWebSocketConfig', () => {
  it('needs a url and nothing else', () => {
    expectTypeOf<{ url: string }>().toExtend<IWebSocketConfig>();
    // @ts-expect-error no url
    const none: IWebSocketConfig = {};
    expectTypeOf(none).toExtend<object>();
  });

  it('takes every option of the manual', () => {
    const all: Required<IWebSocketConfig> = {
      url: async () => url,
      channels: {
        join: (name) => ({ event: 'sub', data: { topic: name } }),
        leave: (name) => ({ event: 'unsub', data: name }),
        of: (event) => event.data?.['topic'],
      },
      token: async ({ reason, signal }) => {
        expectTypeOf(reason).toEqualTypeOf<'initial' | 'reconnect' | 'unauthorized'>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return await Promise.resolve('token');
      },
      identity: 'ann',
      auth: 'subprotocol',
      protocol: envelopeProtocol,
      reconnectAttempts: Number.POSITIVE_INFINITY,
      reconnectDelay: 3_000,
      reconnectDelayMax: 300_000,
      reconnectJitter: 2_000,
      backoffAfter: 7,
      backoff: (context) => vendorBackoff(context) / 2,
      restartSpread: 0,
      connectTimeout: 15_000,
      minUptime: 5_000,
      heartbeat: { interval: 30_000, timeout: 10_000, expect: 60_000 },
      closePolicy: (close) => (close.code === 4003 ? 'fatal' : defaultClosePolicy(close)),
      schemas: {},
      resync: (missed, { signal }) => {
        expectTypeOf(missed).toEqualTypeOf<MissedEvents>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      },
      resyncTimeout: 30_000,
      maxHeldBytes: 67_108_864,
      pauseGrace: 30_000,
      missedEventsJitter: 0,
      sendQueue: { limit: 100, ttl: 30_000 },
      requestTimeout: 10_000,
      maxFrameLength: 4_194_304,
      batch: 'frame',
      signals: (on) => {
        expectTypeOf(on).parameter(0).toEqualTypeOf<WakeSignal>();
        return () => on('wake');
      },
      share: acrossTabs(),
      logger: console,
      WebSocket,
      random: Math.random,
    };
    expectTypeOf(createWebSocketService().connect)
      .parameter(0)
      .toEqualTypeOf<IWebSocketConfig | ICookieConfig>();
    expectTypeOf(all).toExtend<IWebSocketConfig>();
  });

  it('takes undefined for every option, because props are often not there yet', () => {
    type Loose = { [Key in Exclude<keyof IWebSocketConfig, 'url'>]: undefined } & { url: string };
    expectTypeOf<Loose>().toExtend<IWebSocketConfig>();
  });

  it('rejects misspelt options and wrong types', () => {
    const bad: readonly IWebSocketConfig[] = [
      // @ts-expect-error misspelt
      { url, reconectDelay: 5 },
      // @ts-expect-error a number of milliseconds
      { url, reconnectDelay: '5s' },
      // @ts-expect-error no such way
      { url, auth: 'header' },
      // @ts-expect-error no such formula
      { url, backoff: 'exponential' },
      // @ts-expect-error no such verdict
      { url, closePolicy: () => 'ignore' },
      // @ts-expect-error no such heartbeat
      { url, heartbeat: 'never' },
      // @ts-expect-error a token is a string
      { url, token: () => 42 },
      // @ts-expect-error true has no meaning
      { url, sendQueue: true },
    ];
    expectTypeOf(bad).toExtend<readonly IWebSocketConfig[]>();
  });

  it('types the arguments of functions', () => {
    type Fn<Key extends keyof IWebSocketConfig> = Extract<
      IWebSocketConfig[Key],
      (...args: never[]) => unknown
    >;
    expectTypeOf<Fn<'backoff'>>().parameter(0).toEqualTypeOf<BackoffContext>();
    expectTypeOf<Fn<'closePolicy'>>().parameter(0).toEqualTypeOf<CloseInfo>();
    expectTypeOf<Fn<'token'>>().parameter(0).toEqualTypeOf<TokenContext>();
    expectTypeOf<typeof console>().toExtend<Logger>();
    expectTypeOf(envelopeProtocol).toExtend<Protocol>();
  });

  it('takes each heartbeat and each verdict', () => {
    expectTypeOf<'auto'>().toExtend<IWebSocketConfig['heartbeat']>();
    expectTypeOf<false>().toExtend<IWebSocketConfig['heartbeat']>();
    expectTypeOf<{ readonly expect: number }>().toExtend<IWebSocketConfig['heartbeat']>();
    expectTypeOf<CloseVerdict>().toEqualTypeOf<'retry' | 'restart' | 'auth' | 'fatal' | 'done'>();
    expectTypeOf(createEnvelopeProtocol({ heartbeat: 'text' })).toExtend<Protocol>();
  });

  it('takes schemas of the standard', () => {
    const schema: StandardSchemaV1<unknown, { readonly n: number }> = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: { n: 1 } }) },
    };
    expectTypeOf({ url, schemas: { tick: schema } }).toExtend<IWebSocketConfig>();
  });
});

describe('a session in a cookie', () => {
  it('takes a token function that returns nothing, and no string', () => {
    const service = createWebSocketService();
    service.connect({
      url,
      auth: 'cookie',
      token: async ({ reason, signal }) => {
        expectTypeOf(reason).toEqualTypeOf<'initial' | 'reconnect' | 'unauthorized'>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        await Promise.resolve();
      },
    });
    createElement(WebSocketProvider, { url, auth: 'cookie', token: () => undefined });
    // @ts-expect-error another way needs the token
    service.connect({ url, auth: 'query', token: () => undefined });
    service.connect({ url: ({ reason }) => `${url}?why=${reason}` });
  });
});

describe('<WebSocketProvider>', () => {
  it('needs a url or a service', () => {
    createElement(WebSocketProvider, { service: createWebSocketService() });
    // @ts-expect-error neither
    createElement(WebSocketProvider, { enabled: true });
    // @ts-expect-error a token for no url
    createElement(WebSocketProvider, { service: createWebSocketService(), token: 'one' });
  });

  it('takes a config as props, and its own', () => {
    expectTypeOf<IWebSocketConfig>().toExtend<WebSocketProviderProps>();
    const token: string | undefined = undefined as string | undefined;
    const element = createElement(
      WebSocketProvider,
      {
        url,
        token,
        enabled: token !== undefined,
        service: createWebSocketService(),
        onError: (error) => expectTypeOf(error).toEqualTypeOf<WebSocketServiceError>(),
        onMissedEvents: ({ reason }) =>
          expectTypeOf(reason).toEqualTypeOf<'gap' | 'new-session' | 'sequence-reset' | 'unknown'>(),
      },
      'text',
    );
    expectTypeOf(element).toExtend<object>();
  });

  it('refuses a missing url and an unknown prop', () => {
    // @ts-expect-error no url
    expectTypeOf(createElement(WebSocketProvider, {})).toExtend<object>();
    // @ts-expect-error misspelt
    expectTypeOf(createElement(WebSocketProvider, { url, reconectDelay: 5 })).toExtend<object>();
  });
});

describe('errors', () => {
  it('have a closed set of codes, so that a switch over them can be exhaustive', () => {
    expectTypeOf<WebSocketServiceError['code']>().toEqualTypeOf<WebSocketErrorCode>();
    expectTypeOf<string>().not.toExtend<WebSocketErrorCode>();
    expectTypeOf(new WebSocketServiceError('invalid-config', 'No.')).toExtend<Error>();
  });
});

describe('everwire/core', () => {
  it('has the same things, without React', () => {
    expectTypeOf(core.createWebSocketService).toEqualTypeOf(createWebSocketService);
    expectTypeOf<core.IWebSocketConfig>().toEqualTypeOf<IWebSocketConfig>();
    expectTypeOf<typeof core>().not.toHaveProperty('useWsEvent');
    expectTypeOf<typeof core>().not.toHaveProperty('WebSocketProvider');
  });
});
