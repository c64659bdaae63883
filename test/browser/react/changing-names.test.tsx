/** Is every event heard by a handler whose names change while they come? With React's own scheduling, in Chromium. */
import { useWsEventHandler, type WebSocketConstructor, WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, it, vi } from 'vitest';

type Handler = ((event: unknown) => void) | null;

const EVENTS = 2_000;

it('hears 2,000 of 2,000 while its names change every 5', async () => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', false);
  let deliver: (frame: string) => void = () => undefined;
  class MiniSocket {
    binaryType = 'blob';
    readyState = 0;
    bufferedAmount = 0;
    onopen: Handler = null;
    onmessage: Handler = null;
    onerror: Handler = null;
    onclose: Handler = null;
    constructor() {
      deliver = (frame) => this.onmessage?.({ data: frame });
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.({});
        opened();
      });
    }
    send(): void {}
    close(): void {}
  }
  let opened: () => void = () => undefined;
  const isOpen = new Promise<void>((resolve) => {
    opened = resolve;
  });
  const heard: unknown[] = [];
  let toggle: () => void = () => undefined;
  function Ear() {
    const [names, setNames] = useState<readonly string[]>(['a']);
    toggle = () => setNames((old) => (old.length === 1 ? ['a', 'b'] : ['a']));
    useWsEventHandler(names, ({ data }) => heard.push(data));
    return null;
  }
  const root = createRoot(document.createElement('div'));
  root.render(
    <WebSocketProvider url="ws://h.test" WebSocket={MiniSocket as unknown as WebSocketConstructor}>
      <Ear />
    </WebSocketProvider>,
  );
  await isOpen;
  await new Promise<void>((resolve) => {
    const channel = new MessageChannel();
    let count = 0;
    channel.port1.onmessage = () => {
      deliver(JSON.stringify({ event: 'a', data: count }));
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
});
