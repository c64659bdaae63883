/** An app that takes no socket class connects to the fake server after `installGlobal`. In jsdom, and in Chromium. */

import { useWsEvent, WebSocketProvider } from 'everwire';
import { createFakeServer } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { numberOf, setUpStage } from '../../support/stage.tsx';

const stage = setUpStage();

function Latest() {
  return numberOf(useWsEvent('tick')) ?? 'none';
}

describe('installGlobal() in a page', () => {
  it('connects an app that only has the address, and is removed afterwards', async () => {
    const before = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    const server = stage.addServer({ url: 'wss://app.example/ws' });
    const uninstall = server.installGlobal();
    const page = stage.mount(
      <WebSocketProvider url="wss://app.example/ws" random={() => 0}>
        <Latest />
      </WebSocketProvider>,
    );
    await stage.pass();
    server.emit('tick', { n: 1 });
    await stage.pass();
    expect(page.container.textContent).toBe('1');
    server.drop();
    server.emit('tick', { n: 2 });
    await stage.pass(5_000);
    expect(page.container.textContent).toBe('2');
    uninstall();
    expect(Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')).toEqual(before);
  });

  it("serves an address on the page's own host", async () => {
    const server = stage.addServer({ url: '/ws' });
    server.installGlobal();
    expect(server.url).toBe(new URL('/ws', location.href.replace(/^http/, 'ws')).href);
    stage.mount(
      <WebSocketProvider url="/ws" random={() => 0}>
        <Latest />
      </WebSocketProvider>,
    );
    await stage.pass();
    expect(server.connections).toHaveLength(1);
  });

  it('does not affect other sockets of the page', () => {
    const Own = WebSocket;
    const server = createFakeServer();
    server.installGlobal();
    // No handshake takes place: it is closed before.
    const socket = new WebSocket('ws://127.0.0.1:9/elsewhere');
    socket.close();
    expect(socket).toBeInstanceOf(Own);
    server.dispose();
    expect(WebSocket).toBe(Own);
  });
});
