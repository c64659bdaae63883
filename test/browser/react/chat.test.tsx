/** The chat of the stories runs against a real `ws` server in another process, in Chromium with its own WebSocket. */
import { act, cleanup, fireEvent, render, within } from '@testing-library/react';
import {
  useConnectionStatus,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  WebSocketProvider,
  type WebSocketService,
} from 'everwire';
import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { Chat } from '../../../stories/demo/chat.tsx';

const url = inject('chatServerUrl');
const EVENTS = 10_000;

afterEach(cleanup);

describe('the chat against a real server', () => {
  it('shows what one person writes to the other', async () => {
    const page = (name: string) =>
      within(
        render(
          <WebSocketProvider url={url} token={name}>
            <Chat />
          </WebSocketProvider>,
        ).container,
      );
    const ada = page('Ada');
    const bob = page('Bob');
    await bob.findByText('Ada');
    fireEvent.change(ada.getByLabelText('Message'), { target: { value: 'Over a real socket' } });
    fireEvent.click(ada.getByRole('button', { name: 'Send' }));
    await bob.findByText('Over a real socket');
    await ada.findByText('Over a real socket');
  });

  it('receives 10,000 other events in order and renders only the affected components', async () => {
    const heard: number[] = [];
    const renders = { newest: 0, other: 0, status: 0 };
    let frames = 0;
    let service: WebSocketService | undefined;

    function Newest() {
      renders.newest += 1;
      return <p>newest {String(useWsEvent('tick')?.data ?? 'none')}</p>;
    }
    function Other() {
      renders.other += 1;
      return <p>other {String(useWsEvent('tock')?.data ?? 'none')}</p>;
    }
    function Status() {
      renders.status += 1;
      return <p>{useConnectionStatus()}</p>;
    }
    function Ear() {
      service = useWebSocketService();
      useWsEventHandler('tick', ({ data }) => heard.push(Number(data)));
      return null;
    }
    const page = render(
      <WebSocketProvider url={url} token="Cleo">
        <Newest />
        <Other />
        <Status />
        <Ear />
      </WebSocketProvider>,
    );
    await page.findByText('connected');
    const before = { ...renders };
    let counting: 'on' | 'off' = 'on';
    const count = () => {
      frames += 1;
      if (counting === 'on') requestAnimationFrame(count);
    };
    requestAnimationFrame(count);
    // As in an app: in the environment of `act`, commits do not wait for frames.
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
    await service?.request('flood', EVENTS);
    await page.findByText(`newest ${EVENTS}`);
    counting = 'off';
    vi.unstubAllGlobals();

    expect(heard).toEqual(Array.from({ length: EVENTS }, (_, index) => index + 1));
    expect(renders.newest - before.newest).toBeLessThanOrEqual(frames + 1);
    expect(renders.newest - before.newest).toBeGreaterThan(0);
    expect(renders.other - before.other).toBe(0);
    expect(renders.status - before.status).toBe(0);

    const eventRenders = { newest: renders.newest, other: renders.other };
    act(() => service?.reconnect());
    await page.findByText('connected');
    expect({ newest: renders.newest, other: renders.other }).toEqual(eventRenders);
  });
});
