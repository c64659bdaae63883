/**
 * The hooks behave as promised with the browser's own WebSocket, frames and time, and a real server. The server echoes:
 * an event that the page sends comes back with our own numbers, which grow from 1.
 */

import {
  useConnectionStatus,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  useWsSend,
  type WebSocketErrorCode,
  WebSocketProvider,
  type WebSocketService,
} from 'everwire';
import { type ReactNode, StrictMode } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';

const url = inject('wsServerUrl');

const EVENTS = 10_000;

/** After this time without a frame, the timer for hidden pages has committed. */
const BACKSTOP_MS = 200;

let roots: Root[] = [];
let sockets: WebSocket[] = [];

class CountedWebSocket extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    sockets.push(this);
  }
}

beforeEach(() => {
  roots = [];
  sockets = [];
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  vi.spyOn(console, 'error');
});

afterEach(() => {
  for (const root of roots) root.unmount();
  expect(console.error).not.toHaveBeenCalled();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function mount(children: ReactNode, onError?: (code: WebSocketErrorCode) => void): Root {
  const root = createRoot(document.body.appendChild(document.createElement('div')));
  roots.push(root);
  flushSync(() =>
    root.render(
      <StrictMode>
        <WebSocketProvider url={url} WebSocket={CountedWebSocket} onError={({ code }) => onError?.(code)}>
          {children}
        </WebSocketProvider>
      </StrictMode>,
    ),
  );
  return root;
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/**
 * Counts frames. Its callback is the first of each frame, because it requests the next one before anything else can.
 */
function countFrames(): { readonly now: () => number; readonly stop: () => void } {
  let count = 0;
  let handle = requestAnimationFrame(function tick() {
    count += 1;
    handle = requestAnimationFrame(tick);
  });
  return { now: () => count, stop: () => cancelAnimationFrame(handle) };
}

function connected(service: WebSocketService): Promise<void> {
  return new Promise((resolve) => {
    if (service.isConnected()) resolve();
    const stop = service.store.subscribe(({ status }) => {
      if (status !== 'connected') return;
      stop();
      resolve();
    });
  });
}

describe('10,000 events over a real socket', () => {
  it('reach a handler in order, and render a useWsEvent component at most once per frame', async () => {
    const frames = countFrames();
    const heard: unknown[] = [];
    const renders: { readonly frame: number; readonly at: number; readonly shown: unknown }[] = [];
    const statuses: string[] = [];
    const errors: WebSocketErrorCode[] = [];
    let otherRenders = 0;
    let service: WebSocketService | undefined;
    let send: WebSocketService['send'] = () => 'refused';
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });

    function Shown(): ReactNode {
      const shown = useWsEvent('tick')?.data;
      renders.push({ frame: frames.now(), at: performance.now(), shown });
      return null;
    }
    function Other(): ReactNode {
      useWsEvent('tock');
      otherRenders += 1;
      return null;
    }
    function Status(): ReactNode {
      statuses.push(useConnectionStatus());
      return null;
    }
    function Worker(): ReactNode {
      service = useWebSocketService();
      send = useWsSend();
      useWsEventHandler('tick', ({ data }) => {
        heard.push(data);
        if (heard.length === EVENTS) finish();
      });
      return null;
    }

    mount(
      <>
        <Shown />
        <Other />
        <Status />
        <Worker />
      </>,
      (code) => errors.push(code),
    );
    if (service === undefined) throw new Error('Nothing was rendered.');
    await connected(service);
    await nextFrame();
    const before = { renders: renders.length, other: otherRenders, statuses: statuses.length };

    for (let n = 1; n <= EVENTS; n += 1) send('tick', n);
    await finished;
    await nextFrame();
    await nextFrame();
    frames.stop();

    expect(heard).toEqual(Array.from({ length: EVENTS }, (_, index) => index + 1));
    expect(renders.at(-1)?.shown).toBe(EVENTS);
    // StrictMode renders a component twice each time, in one go.
    const own = renders.slice(before.renders).filter((_, index) => index % 2 === 0);
    expect(own.length).toBeGreaterThan(0);
    const tooSoon = own.filter((render, index) => {
      const previous = own[index - 1];
      return previous?.frame === render.frame && render.at - previous.at < BACKSTOP_MS;
    });
    expect(tooSoon).toEqual([]);
    expect({ other: otherRenders, statuses: statuses.length }).toEqual({
      other: before.other,
      statuses: before.statuses,
    });
    expect(errors).toEqual([]);
    expect(sockets).toHaveLength(1);
  });
});

describe('a real socket in StrictMode', () => {
  it('is constructed once and closed on unmount', async () => {
    let service: WebSocketService | undefined;
    function Grab(): ReactNode {
      service = useWebSocketService();
      return null;
    }
    const root = mount(<Grab />);
    if (service === undefined) throw new Error('Nothing was rendered.');
    await connected(service);
    expect(sockets).toHaveLength(1);
    const [socket] = sockets;
    const closed = new Promise<CloseEvent>((resolve) => socket?.addEventListener('close', resolve));
    root.unmount();
    expect(await closed).toMatchObject({ code: 1000, wasClean: true });
    expect(sockets).toHaveLength(1);
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'idle' });
  });

  it('reports a refusal once per attempt, then gives up', async () => {
    const codes: WebSocketErrorCode[] = [];
    const root = createRoot(document.body.appendChild(document.createElement('div')));
    roots.push(root);
    const gaveUp = new Promise<void>((resolve) => {
      const onError = ({ code }: { readonly code: WebSocketErrorCode }): void => {
        codes.push(code);
        if (code === 'attempts-exhausted') resolve();
      };
      flushSync(() =>
        root.render(
          <StrictMode>
            <WebSocketProvider
              url="ws://127.0.0.1:9/ws"
              WebSocket={CountedWebSocket}
              reconnectAttempts={2}
              reconnectDelay={10}
              reconnectJitter={0}
              onError={onError}
            />
          </StrictMode>,
        ),
      );
    });
    await gaveUp;
    expect(codes).toEqual([...Array(3).fill('connection-failed'), 'attempts-exhausted']);
    expect(sockets).toHaveLength(3);
    expect(sockets.every(({ readyState }) => readyState === WebSocket.CLOSED)).toBe(true);
  });
});
