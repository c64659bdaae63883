/**
 * A text of 5,000 pieces over a real hub and real sockets, with killed links and a reload: what is shown is the same, byte by
 * byte, and is rendered at most once per frame.
 */
import { useWsText, WebSocketProvider, type WsText } from 'everwire';
import { Profiler, type ReactNode } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket as RealSocket } from 'ws';
import { startHub } from '../../support/hub.ts';

interface App {
  user: { id: string };
  channels: string;
}

const PIECES = 5_000;

/** Pieces of several lengths, with characters of one to four bytes. */
const pieceOf = (n: number): string => `${n}:${'aé€😀'.repeat(n % 4)} `;

const sockets: RealSocket[] = [];

class WatchedSocket extends RealSocket {
  constructor(url: string, protocols?: string[]) {
    super(url, protocols);
    sockets.push(this);
  }
}

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  sockets.length = 0;
});

afterEach(() => void vi.unstubAllGlobals());

let shown: WsText | undefined;

function Answer(): ReactNode {
  shown = useWsText(['token', 'end'], {
    channel: 'answer:1',
    from: 'start',
    done: ({ event }) => event === 'end',
  });
  return <p>{shown.text}</p>;
}

it('is complete after three killed links and a reload, at one render per frame', async () => {
  await using running = await startHub<App>({ channels: { join: () => true } });
  let frames = 0;
  let commits = 0;
  let watching = true;
  const watch = (): void => {
    frames += 1;
    if (watching) requestAnimationFrame(watch);
  };
  requestAnimationFrame(watch);
  onTestFinished(() => {
    watching = false;
  });
  const container = document.createElement('div');
  const open = (): Root => {
    const root = createRoot(container);
    root.render(
      <WebSocketProvider
        url={running.url}
        token="ada"
        WebSocket={WatchedSocket}
        reconnectDelay={20}
        reconnectJitter={20}
      >
        <Profiler
          id="answer"
          onRender={() => {
            commits += 1;
          }}
        >
          <Answer />
        </Profiler>
      </WebSocketProvider>,
    );
    return root;
  };

  let page = open();
  await vi.waitFor(() => expect(sockets.at(-1)?.readyState).toBe(RealSocket.OPEN));
  const kills = new Set([1_000, 2_000, 4_000]);
  for (let n = 0; n < PIECES; n += 1) {
    await running.hub.publish({ channel: 'answer:1' }, 'token', pieceOf(n));
    // A model writes its answer over many frames.
    if (n % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    if (kills.has(n)) sockets.at(-1)?.terminate();
    if (n === 3_000) {
      await vi.waitFor(() => expect(shown?.text).toContain('100:'));
      page.unmount();
      shown = undefined;
      page = open();
    }
  }
  await running.hub.publish({ channel: 'answer:1' }, 'end', null);
  await vi.waitFor(() => expect(shown?.isStreaming).toBe(false));
  await vi.waitFor(() => expect(shown?.text.length).toBeGreaterThan(0));
  const whole = Array.from({ length: PIECES }, (_, n) => pieceOf(n)).join('');
  expect(new TextEncoder().encode(shown?.text)).toEqual(new TextEncoder().encode(whole));
  expect(container.textContent).toBe(whole);
  expect(shown?.hasGap).toBe(false);
  // Two links of the first page, and two of the second one, were killed or left.
  expect(sockets.length).toBeGreaterThanOrEqual(5);
  expect(commits).toBeLessThanOrEqual(frames + 4);
  page.unmount();
});
