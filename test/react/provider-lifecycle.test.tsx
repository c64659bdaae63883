/** The provider opens one socket, when it should, and leaves nothing behind when it unmounts. */

import { type IWebSocketConfig, useConnection, useWsEvent, useWsEventHandler, useWsRequest } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire, type WireProps } from '../support/stage.tsx';

const stage = setUpStage();

const HOUR_MS = 3_600_000;

function watchState() {
  return createProbe(() => useConnection(({ status, reason }) => ({ status, reason })));
}

describe.each(modes)('mounting <WebSocketProvider> ($mode)', ({ Mode }) => {
  it('opens exactly one socket, and not before the effects have run', async () => {
    const { server } = stage;
    const constructedWhileRendering: number[] = [];
    const watcher = createProbe(() => constructedWhileRendering.push(server.socketsConstructed));
    stage.mount(
      <Mode>
        <Wire to={server}>
          <watcher.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    expect(new Set(constructedWhileRendering)).toEqual(new Set([0]));
    expect(server.socketsConstructed).toBe(1);
    await stage.pass(HOUR_MS);
    expect(server.socketsConstructed).toBe(1);
    expect(server.socketCount).toBe(1);
  });

  it('loses no event that the server sends at the moment of the connection', async () => {
    const { server } = stage;
    const heard: unknown[] = [];
    const handler = createProbe(() =>
      useWsEventHandler(['hello', 'first'], ({ event, seq }) => heard.push([event, seq])),
    );
    const shown = createProbe(() => numberOf(useWsEvent('first')));
    const stop = server.onChange(() => {
      if (server.connections.length === 0) return;
      stop();
      server.emit('first', { n: 1 });
    });
    stage.mount(
      <Mode>
        <Wire to={server}>
          <handler.Probe />
          <shown.Probe />
        </Wire>
      </Mode>,
    );
    await stage.pass();
    expect(heard).toEqual([
      ['hello', 0],
      ['first', 1],
    ]);
    expect(shown.last).toBe(1);
  });

  it('opens one socket for the last values when its props change five times in one tick', async () => {
    const { server } = stage;
    const tree = (n: number) => (
      <Mode>
        <Wire to={server} url={`${server.url}?n=${n}`} token={`token-${n}`} />
      </Mode>
    );
    const page = stage.mount(tree(1));
    for (const n of [2, 3, 4, 5]) page.rerender(tree(n));
    await stage.pass();
    expect(server.socketsConstructed).toBe(1);
    expect(server.handshakes.map(({ url, token }) => [new URL(url).searchParams.get('n'), token])).toEqual([
      ['5', 'token-5'],
    ]);

    for (const n of [6, 7, 8, 9, 10]) page.rerender(tree(n));
    await stage.pass();
    expect(server.socketsConstructed).toBe(2);
    expect(server.handshakes.at(-1)?.token).toBe('token-10');
    expect(server.socketCount).toBe(1);
  });
});

describe('props that are not set yet', () => {
  const waitingFor: readonly (readonly [string, Partial<WireProps>])[] = [
    ['enabled={false}', { enabled: false }],
    ['an empty url', { url: '' }],
    ['an empty token', { token: '' }],
    ['a token that is undefined', { token: undefined }],
  ];

  it.each(waitingFor)('with %s open no socket until they are set', async (_, props) => {
    const { server } = stage;
    const state = watchState();
    const tree = (more: Partial<WireProps>) => (
      <Wire to={server} {...more}>
        <state.Probe />
      </Wire>
    );
    const page = stage.mount(tree(props));
    await stage.pass(HOUR_MS);
    expect(server.attempts).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    expect(state.last).toEqual({ status: 'disconnected', reason: 'idle' });

    page.rerender(tree({ token: 'a-token' }));
    await stage.pass();
    expect(server.attempts).toBe(1);
    expect(state.last).toEqual({ status: 'connected', reason: null });
  });

  it.each(waitingFor)('with %s close an open connection', async (_, props) => {
    const { server } = stage;
    const state = watchState();
    const tree = (more: Partial<WireProps>) => (
      <Wire to={server} token="a-token" {...more}>
        <state.Probe />
      </Wire>
    );
    const page = stage.mount(tree({}));
    await stage.pass();
    expect(state.last?.status).toBe('connected');
    page.rerender(tree(props));
    expect(server.socketCount).toBe(0);
    await stage.pass();
    expect(state.last).toEqual({ status: 'disconnected', reason: 'idle' });
    expect(vi.getTimerCount()).toBe(0);
    page.rerender(tree({}));
    await stage.pass();
    expect(state.last?.status).toBe('connected');
    expect(server.socketsConstructed).toBe(2);
  });

  it('connect without a token if the prop is missing, and with auth none if it is empty', async () => {
    stage.mount(<Wire to={stage.server} />);
    stage.mount(<Wire to={stage.server} auth="none" token="" />);
    await stage.pass();
    expect(stage.server.handshakes.map(({ token }) => token)).toEqual([null, null]);
  });
});

describe('unmounting leaves no socket, no timer, no listener and no later attempt', () => {
  const never = (): Promise<string> => new Promise(() => undefined);

  const phases: readonly {
    readonly phase: string;
    readonly props?: Partial<IWebSocketConfig>;
    readonly before?: () => void;
    readonly reach: () => void | Promise<void>;
    readonly expected: string;
    /** How long the socket may still be opening, ms: a browser warns about one that is closed before. */
    readonly opensForMs?: number;
  }[] = [
    { phase: 'before the first attempt has begun', reach: () => undefined, expected: 'connecting' },
    {
      phase: 'while connecting',
      before: () => stage.server.stall(),
      reach: () => stage.pass(),
      expected: 'connecting',
      opensForMs: 15_000,
    },
    {
      phase: 'while a token promise is pending',
      props: { token: never },
      reach: () => stage.pass(),
      expected: 'connecting',
    },
    {
      phase: 'while a url promise is pending',
      props: { url: never },
      reach: () => stage.pass(),
      expected: 'connecting',
    },
    {
      phase: 'during backoff',
      before: () => stage.server.refuse(),
      reach: () => stage.pass(1_000),
      expected: 'reconnecting',
    },
    { phase: 'while connected', reach: () => stage.pass(), expected: 'connected' },
    {
      phase: 'with events that wait for their frame',
      async reach() {
        await stage.pass();
        for (let n = 0; n < 100; n += 1) stage.server.emit('tick', { n });
        await stage.pass(1);
      },
      expected: 'connected',
    },
    {
      phase: 'while the link is half-open',
      async reach() {
        await stage.pass();
        stage.server.freeze();
        await stage.pass(60_000);
      },
      expected: 'connected',
    },
    {
      phase: 'while connecting again',
      async reach() {
        await stage.pass();
        stage.server.stall();
        stage.server.drop();
        await stage.pass(5_000);
      },
      expected: 'reconnecting',
      opensForMs: 15_000,
    },
    {
      phase: 'after giving up',
      props: { reconnectAttempts: 1, reconnectDelay: 100 },
      before: () => stage.server.refuse(),
      reach: () => stage.pass(1_000),
      expected: 'disconnected',
    },
    {
      phase: 'after a config that cannot work',
      props: { connectTimeout: -1 },
      reach: () => stage.pass(),
      expected: 'disconnected',
    },
  ];

  const cases = phases.flatMap((phase) =>
    modes.map((mode) => [phase.phase, mode.mode, { ...phase, ...mode }] as const),
  );

  it.each(cases)('%s (%s)', async (_, __, { props, before, reach, expected, opensForMs = 0, Mode }) => {
    const { server } = stage;
    const pageListeners = watchPageListeners();
    const { Recorded, openHandlers } = recordSockets();
    const state = watchState();
    before?.();
    const page = stage.mount(
      <Mode>
        <Wire to={server} WebSocket={Recorded} {...props}>
          <state.Probe />
        </Wire>
      </Mode>,
    );
    await reach();
    expect(state.last?.status).toBe(expected);

    page.unmount();
    // The socket is closed after a macrotask; the fake's own closing handshake takes a few more.
    await stage.pass(10);
    expect(pageListeners()).toEqual([]);
    await stage.pass(opensForMs);
    expect(server.socketCount).toBe(0);
    expect(openHandlers()).toEqual([]);
    const constructed = server.socketsConstructed;
    // The fake has no timers of its own any more: a timer that is left would be ours.
    server.thaw();
    await stage.pass(10);
    expect(vi.getTimerCount()).toBe(0);
    server.refuse(false);
    await stage.pass(HOUR_MS);
    expect(server.socketsConstructed).toBe(constructed);
  });

  it('aborts a pending token, and ignores it if it still arrives', async () => {
    const { server } = stage;
    let give: (token: string) => void = () => undefined;
    let signal: AbortSignal | undefined;
    const page = stage.mount(
      <Wire
        to={server}
        token={(context) => {
          signal = context.signal;
          return new Promise((resolve) => {
            give = resolve;
          });
        }}
      />,
    );
    await stage.pass();
    expect(signal?.aborted).toBe(false);
    page.unmount();
    await stage.pass();
    expect(signal?.aborted).toBe(true);
    give('late-token');
    await stage.pass(HOUR_MS);
    expect(server.socketsConstructed).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('rejects pending requests and leaves no timer', async () => {
    const { server } = stage;
    server.handle('wait', () => new Promise(() => undefined));
    const request = createProbe(() => useWsRequest());
    const page = stage.mount(
      <Wire to={server}>
        <request.Probe />
      </Wire>,
    );
    await stage.pass();
    const failure = request.last?.('wait').catch((error: unknown) => error);
    page.unmount();
    await stage.pass(10);
    expect(await failure).toMatchObject({ code: 'connection-lost' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

const WAKE_EVENTS = /^(online|offline|visibilitychange|focus|blur|pageshow|pagehide|resume|freeze)$/;

/** The wake listeners that were added to the page and not removed. */
function watchPageListeners(): () => readonly string[] {
  const present: string[] = [];
  for (const target of [window, document] as readonly EventTarget[]) {
    const add = target.addEventListener.bind(target);
    const remove = target.removeEventListener.bind(target);
    vi.spyOn(target, 'addEventListener').mockImplementation((type, listener, options) => {
      if (WAKE_EVENTS.test(type)) present.push(type);
      add(type, listener, options);
    });
    vi.spyOn(target, 'removeEventListener').mockImplementation((type, listener, options) => {
      if (present.includes(type)) present.splice(present.indexOf(type), 1);
      remove(type, listener, options);
    });
  }
  return () => present;
}

/** A socket class that records its sockets, and which of their handlers are still set. */
function recordSockets() {
  const sockets: WebSocket[] = [];
  const Recorded = class extends stage.server.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  };
  const openHandlers = (): readonly string[] =>
    sockets.flatMap((socket) =>
      (['onopen', 'onmessage', 'onclose'] as const).filter((name) => socket[name] !== null),
    );
  return { Recorded, openHandlers };
}

describe('mounting again', () => {
  it('in the same tick, with an own service and another key, keeps the socket', async () => {
    const { createWebSocketService } = await import('everwire');
    const service = createWebSocketService();
    const tree = (key: string): ReactNode => <Wire key={key} to={stage.server} service={service} />;
    const page = stage.mount(tree('one'));
    await stage.pass();
    page.rerender(tree('two'));
    page.rerender(tree('three'));
    await stage.pass();
    expect(stage.server.socketsConstructed).toBe(1);
    expect(service.isConnected()).toBe(true);
  });

  it('in the same tick, after it was gone, keeps the socket of an own service', async () => {
    const { createWebSocketService } = await import('everwire');
    const service = createWebSocketService();
    const page = stage.mount(<Wire to={stage.server} service={service} />);
    await stage.pass();
    page.rerender(null);
    page.rerender(<Wire to={stage.server} service={service} />);
    await stage.pass();
    expect(stage.server.socketsConstructed).toBe(1);
    expect(service.isConnected()).toBe(true);
  });

  it('with another key opens one new connection, and never two at a time', async () => {
    const { server } = stage;
    let most = 0;
    server.onChange(() => {
      most = Math.max(most, server.socketCount);
    });
    const page = stage.mount(<Wire key="one" to={server} />);
    await stage.pass();
    page.rerender(<Wire key="two" to={server} />);
    await stage.pass();
    expect(server.socketsConstructed).toBe(2);
    expect(server.socketCount).toBe(1);
    expect(most).toBe(1);
  });

  it('later, connects again', async () => {
    const { server } = stage;
    const page = stage.mount(<Wire to={server} />);
    await stage.pass();
    page.rerender(null);
    await stage.pass();
    expect(server.socketCount).toBe(0);
    page.rerender(<Wire to={server} />);
    await stage.pass();
    expect(server.socketCount).toBe(1);
    expect(server.handshakes.at(-1)?.resume).toBeNull();
  });
});
