// The tests of docs/testing.md, as they stand there: an app in jsdom, and in a browser.

import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { WebSocketProvider } from 'everwire';
import { createFakeServer, type FakeServer } from 'everwire/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { App, Chat } from './chat.tsx';

let server: FakeServer;

beforeEach(() => {
  server = createFakeServer();
});

afterEach(() => {
  vi.useRealTimers();
  cleanup();
  server.dispose();
});

function renderChat() {
  render(
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket}>
      <Chat />
    </WebSocketProvider>,
  );
}

describe('in real time', () => {
  test('shows what the server sends', async () => {
    renderChat();
    await server.connected();
    server.emit('posted', { id: '1', text: 'Good morning' });
    await screen.findByText('Good morning');
  });

  test('says hello', async () => {
    renderChat();
    await server.connected();
    const said = server.message('say');
    fireEvent.click(screen.getByText('Say hello'));
    expect((await said).data).toEqual({ text: 'Hello' });
  });

  test('counts', async () => {
    server.handle('count', () => 42);
    renderChat();
    await server.connected();
    fireEvent.click(screen.getByText('Count'));
    await screen.findByText('42 posts');
  });

  test('says why it cannot count', async () => {
    server.handle('count', () => {
      throw new Error('the database is down');
    });
    renderChat();
    await server.connected();
    fireEvent.click(screen.getByText('Count'));
    await screen.findByText('request-failed');
  });

  test('sends one event to one client', async () => {
    renderChat();
    const connection = await server.connected();
    connection.emit('posted', { id: '1', text: 'Only for you' });
    await screen.findByText('Only for you');
  });

  test('asks for another token when this one is refused', async () => {
    const token = vi.fn(({ reason }) => (reason === 'unauthorized' ? 'fresh' : 'stale'));
    render(
      <WebSocketProvider url={server.url} WebSocket={server.WebSocket} token={token}>
        <Chat />
      </WebSocketProvider>,
    );
    expect((await server.connected()).token).toBe('stale');
    server.close(4401, 'expired');
    await vi.waitFor(() => expect(server.connections[0]?.token).toBe('fresh'));
  });

  test('connects, though nobody gave it the class', async () => {
    const server = createFakeServer({ url: 'wss://example.com/ws' });
    const uninstall = server.installGlobal();
    render(<App />);
    await server.connected();
    server.emit('posted', { id: '1', text: 'Good morning' });
    await screen.findByText('Good morning');
    uninstall();
    server.dispose();
  });
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('in fake time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test('comes back by itself, with what was sent meanwhile', async () => {
    renderChat();
    await pass(100);
    expect(screen.getByRole('status').textContent).toBe('connected');

    server.drop();
    await pass(100);
    expect(screen.getByRole('status').textContent).toBe('reconnecting');

    server.emit('posted', { id: '1', text: 'Sent meanwhile' });
    await pass(5_000); // it waits for 3 s, and up to 2 s of jitter
    expect(screen.getByRole('status').textContent).toBe('connected');
    screen.getByText('Sent meanwhile');
    expect(server.handshakes.map(({ outcome }) => outcome)).toEqual(['new-session', 'resumed']);
  });

  test('says that posts may be missing', async () => {
    renderChat();
    await pass(100);
    server.restart();
    await pass(5_000);
    screen.getByText('Posts may be missing: new-session');
  });

  test('finds a dead link', async () => {
    renderChat();
    await pass(2_000); // the first ping is answered
    server.freeze();
    await pass(40_000); // a ping every 30 s, to be answered within 10 s
    expect(server.attempts).toBe(2);
    expect(screen.getByRole('status').textContent).toBe('connected');
  });
});

describe('in fake time, when the server is slow or down', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  test('says so when a number is missing that no server can fill in', async () => {
    renderChat();
    await pass(100);
    server.skip();
    server.emit('posted', { id: '1', text: 'After the gap' });
    await pass(10_000);
    screen.getByText('Posts may be missing: new-session');
  });

  test('gives up on a server that is down', async () => {
    server.refuse();
    renderChat();
    await pass(60_000);
    expect(screen.getByRole('status').textContent).toBe('disconnected');
    expect(server.attempts).toBe(8);
  });

  test('waits for a slow answer, but not for ever', async () => {
    server.handle('count', () => new Promise((resolve) => setTimeout(resolve, 60_000, 42)));
    renderChat();
    await pass(100);
    fireEvent.click(screen.getByText('Count'));
    await pass(10_000);
    screen.getByText('request-timeout');
  });
});
