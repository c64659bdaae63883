/** Rendering works on a real server, where there is no window, no document and no WebSocket. */

import {
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsStream,
  WebSocketProvider,
} from 'everwire';
import { createElement, type ReactNode } from 'react';
import { renderToString } from 'react-dom/server';
import { map } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error');
});

afterEach(() => {
  expect(console.error).not.toHaveBeenCalled();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function Page(): ReactNode {
  const status = useConnectionStatus({ grace: 500 });
  const { reason } = useConnection();
  const id = useConnectionStore(({ connectionId }) => connectionId);
  const latest = useWsEvent('tick', { where: () => true });
  const list = useWsEvents('tick');
  const count = useWsReducer('tick', (sum: number) => sum + 1, 0);
  const stream = useWsStream('tick', (events$) => events$.pipe(map(({ data }) => data)), [], 'none yet');
  useWsEventHandler('tick', () => undefined);
  return JSON.stringify({ status, reason, id, latest: latest ?? null, list, count, stream });
}

describe('renderToString on a server', () => {
  it.each([
    ['a full address', 'wss://example.com/ws'],
    ['an address that is relative to a page', '/ws'],
  ])('opens no socket, leaves no timer, and renders the state of a first attempt, with %s', (_, url) => {
    expect([typeof window, typeof document]).toEqual(['undefined', 'undefined']);
    const opened = vi.fn();
    const token = vi.fn(() => 'one');
    class Forbidden {
      constructor() {
        opened();
        throw new Error('A server render opens no socket.');
      }
    }
    const html = renderToString(
      createElement(
        WebSocketProvider,
        { url, token, WebSocket: Forbidden as unknown as typeof globalThis.WebSocket },
        createElement(Page),
      ),
    );
    expect(JSON.parse(html.replaceAll('&quot;', '"'))).toEqual({
      status: 'connecting',
      reason: null,
      id: null,
      latest: null,
      list: [],
      count: 0,
      stream: 'none yet',
    });
    expect(vi.getTimerCount()).toBe(0);
    expect(opened).not.toHaveBeenCalled();
    expect(token).not.toHaveBeenCalled();
  });
});
