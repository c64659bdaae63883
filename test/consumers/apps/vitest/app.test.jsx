import { createRequire } from 'node:module';
import { act, render, screen } from '@testing-library/react';
import { useConnectionStatus, useMissedEvents, useWsEvents, WebSocketProvider } from 'everwire';
import { createFakeServer } from 'everwire/testing';
import { createElement as h, StrictMode, useState, version } from 'react';

let server;
beforeEach(() => {
  server = createFakeServer();
  for (const level of ['warn', 'error']) vi.spyOn(console, level);
});
afterEach(() => {
  server.dispose();
  expect(console.error).not.toHaveBeenCalled();
  expect(console.warn).not.toHaveBeenCalled();
});

function Page() {
  const [missed, setMissed] = useState('none');
  useMissedEvents(({ reason }) => setMissed(reason));
  const posts = useWsEvents('posted').map(({ data }) => data);
  return h('p', null, `${useConnectionStatus()}: ${posts.join()}, missed: ${missed}`);
}

const app = () => h(WebSocketProvider, { url: server.url, WebSocket: server.WebSocket }, h(Page));

test(`React is ${process.env.REACT_VERSION ?? version}`, () => {
  // 18.0.0 calls itself 18.0.0-fc46dba67-20220329.
  expect(version).toContain(process.env.REACT_VERSION ?? version);
});

test('an event is shown, and React has no complaints', async () => {
  render(h(StrictMode, null, app()));
  await server.connected();
  server.emit('posted', 'Hello');
  await screen.findByText(/connected: Hello, missed: none/);
  expect(server.socketsConstructed).toBe(1);
});

test('an async act contains it', async () => {
  render(app());
  await act(async () => void (await server.connected()));
  await act(async () => server.emit('posted', 'Hello'));
  screen.getByText(/connected: Hello/);
});

test('a restart, with fake timers', async () => {
  vi.useFakeTimers();
  render(app());
  await act(() => vi.advanceTimersByTimeAsync(100));
  server.restart();
  await act(() => vi.advanceTimersByTimeAsync(6_000));
  screen.getByText(/connected: , missed: new-session/);
  vi.useRealTimers();
});

test('import and require are one copy', async () => {
  const required = createRequire(import.meta.url)('everwire');
  const { default: _, ...imported } = await import('everwire');
  expect(imported).toMatchObject({ ...required });
});
