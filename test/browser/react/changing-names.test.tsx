/** A component whose names change hears every event, with React's own scheduling, in Chromium. */
import { useWsEventHandler, useWsStream, WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { tap } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { createMiniSocket } from '../../support/mini-socket.ts';

const EVENTS = 2_000;

type Hear = (data: unknown) => void;

const hooks = {
  useWsEventHandler: (names: readonly string[], hear: Hear) =>
    useWsEventHandler(names, ({ data }) => hear(data)),
  useWsStream: (names: readonly string[], hear: Hear) => {
    useWsStream(names, (events$) => events$.pipe(tap(({ data }) => hear(data))));
  },
};

it.each(Object.entries(hooks))(
  '%s hears 2,000 of 2,000 while its names change every 5',
  async (_, useHook) => {
    vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
    const socket = createMiniSocket();
    const heard: unknown[] = [];
    let toggle: () => void = () => undefined;
    function Ear() {
      const [names, setNames] = useState<readonly string[]>(['a']);
      toggle = () => setNames((old) => (old.length === 1 ? ['a', 'b'] : ['a']));
      useHook(names, (data) => heard.push(data));
      return null;
    }
    const root = createRoot(document.createElement('div'));
    root.render(
      <WebSocketProvider url="ws://h.test" WebSocket={socket.WebSocket}>
        <Ear />
      </WebSocketProvider>,
    );
    await socket.isOpen;
    await new Promise<void>((resolve) => {
      const channel = new MessageChannel();
      let count = 0;
      channel.port1.onmessage = () => {
        socket.deliver({ event: 'a', data: count });
        count += 1;
        if (count % 5 === 0) toggle();
        if (count < EVENTS) channel.port2.postMessage(null);
        else resolve();
      };
      channel.port2.postMessage(null);
    });
    root.unmount();
    vi.unstubAllGlobals();
    expect(heard).toEqual(Array.from({ length: EVENTS }, (_, index) => index));
  },
);
