/** In a test that uses `act`, as Testing Library's globals do, React has nothing to warn about. */
import { act, cleanup, render, screen } from '@testing-library/react';
import {
  createWebSocketService,
  useConnectionStatus,
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  WebSocketProvider,
  type WebSocketProviderProps,
} from 'everwire';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import { type ReactNode, useState } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

let server: FakeServer;
let words: string[];
let renders: number;

beforeEach(() => {
  vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);
  server = createFakeServer();
  words = [];
  renders = 0;
  for (const level of ['warn', 'error'] as const)
    vi.spyOn(console, level).mockImplementation((...said) => void words.push(said.join(' ')));
});

afterEach(() => {
  cleanup();
  server.dispose();
  expect(words).toEqual([]);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function Page({ children }: { children?: ReactNode }) {
  const status = useConnectionStatus({ grace: 1_000 });
  const posted = useWsEvent('posted')?.data;
  const [notes, setNotes] = useState<readonly string[]>([]);
  useWsEventHandler('noted', ({ data }) => setNotes((before) => [...before, String(data)]));
  useMissedEvents(({ reason }) => setNotes((before) => [...before, reason]));
  renders += 1;
  return (
    <main>
      <p role="status">{status}</p>
      <p>posted: {posted === undefined ? 'nothing' : String(posted)}</p>
      <p>notes: {notes.join()}</p>
      {children}
    </main>
  );
}

function renderPage(props: Partial<WebSocketProviderProps> = {}) {
  render(
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...props}>
      <Page />
    </WebSocketProvider>,
  );
}

/** `act(async () => …)`. */
const inAct = (task: () => void) => act(async () => task());
const status = () => screen.getByRole('status').textContent;

test('connected(), emit(), findBy', async () => {
  renderPage();
  await server.connected();
  server.emit('posted', 'Hello');
  server.emit('noted', 'one');
  await screen.findByText('posted: Hello');
  await screen.findByText('notes: one');
});

test('emit() in an async act, then getBy', async () => {
  renderPage();
  await act(async () => void (await server.connected()));
  expect(status()).toBe('connected');
  await inAct(() => {
    server.emit('posted', 'Hello');
    server.emit('noted', 'one');
  });
  screen.getByText('posted: Hello');
  screen.getByText('notes: one');
});

test.each(['microtask', 'sync'] as const)('the same with batch %s', async (batch) => {
  renderPage({ batch });
  await act(async () => void (await server.connected()));
  await inAct(() => server.emit('posted', 'Hello'));
  screen.getByText('posted: Hello');
});

test('a burst is still one render, and waits for no frame', async () => {
  // None comes: `act` would not wait for it.
  vi.stubGlobal('requestAnimationFrame', () => 0);
  renderPage();
  await act(async () => void (await server.connected()));
  const before = renders;
  await inAct(() => {
    for (let n = 0; n < 1_000; n += 1) server.emit('posted', n);
  });
  screen.getByText('posted: 999');
  expect(renders).toBe(before + 1);
});

test('a service that was connected before there was a provider', async () => {
  const service = createWebSocketService();
  service.connect({ url: server.url, WebSocket: server.WebSocket });
  await server.connected();
  renderPage({ service });
  await server.connected();
  server.emit('posted', 'Hello');
  await Promise.resolve();
  server.emit('posted', 'Hello again');
  await screen.findByText('posted: Hello again');
  cleanup();
  service.dispose();
});

test('waits, losses and notices, with fake timers and no act', async () => {
  vi.useFakeTimers();
  try {
    renderPage({ reconnectJitter: 0, missedEventsJitter: 500, random: () => 0.5 });
    await vi.advanceTimersByTimeAsync(100);
    expect(status()).toBe('connected');
    server.restart();
    server.refuse(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(status()).toBe('reconnecting');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(status()).toBe('connected');
    screen.getByText('notes: new-session');
  } finally {
    vi.useRealTimers();
  }
});

test('events that an async schema held', async () => {
  const schema = {
    '~standard': {
      version: 1 as const,
      vendor: 'test',
      validate: async (value: unknown) => ({ value: `${String(value)}!` }),
    },
  };
  renderPage({ schemas: { noted: schema } });
  await act(async () => void (await server.connected()));
  server.emit('noted', 'one');
  await new Promise((resolve) => setTimeout(resolve, 0));
  screen.getByText('notes: one!');
});
