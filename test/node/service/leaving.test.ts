/** A socket that is not wanted any more while it is opening is closed when it has opened. In virtual time. */
import type { IWebSocketConfig } from 'everwire/core';
import { describe, expect, it, vi } from 'vitest';
import { rig } from '../../support/fake.ts';

/** A rig that records each call of `close()`, with the readyState at that moment. */
function watched(more: Partial<IWebSocketConfig> = {}) {
  const ready = rig({ latencyMs: 100 }, more);
  const closes: [code: number | undefined, readyState: number][] = [];
  const sockets: WebSocket[] = [];
  class Watched extends ready.server.WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      sockets.push(this);
    }
    override close(code?: number, reason?: string): void {
      closes.push([code, this.readyState]);
      super.close(code, reason);
    }
  }
  const handlers = (): unknown[] =>
    sockets.flatMap(({ onopen, onmessage, onclose }) => [onopen, onmessage, onclose]).filter(Boolean);
  return { ...ready, config: { ...ready.config, WebSocket: Watched }, closes, handlers };
}

const OPEN = 1;
const CONNECTING = 0;

describe('disconnecting while the socket opens', () => {
  it('closes it once it has opened, and tells nobody', async () => {
    const { server, service, config, events, errors, statuses, closes, handlers, pass } = watched();
    service.connect(config);
    await pass();
    service.disconnect();
    await pass();
    expect(closes).toEqual([]);
    expect(service.store.getState().status).toBe('disconnected');
    await pass(500);
    expect(closes).toEqual([[1000, OPEN]]);
    expect([server.socketCount, handlers().length, vi.getTimerCount()]).toEqual([0, 0, 0]);
    expect([events, errors, statuses]).toEqual([[], [], ['disconnected', 'connecting', 'disconnected']]);
    expect(server.received).toEqual([]);
  });

  it('closes it when connectTimeout is over, counted from its start', async () => {
    const { server, service, config, closes, handlers, pass } = watched({ connectTimeout: 5_000 });
    server.stall();
    service.connect(config);
    await pass(2_000);
    service.disconnect();
    await pass(2_900);
    expect(closes).toEqual([]);
    await pass(200);
    expect(closes).toEqual([[1000, CONNECTING]]);
    expect([handlers().length, vi.getTimerCount()]).toEqual([0, 0]);
  });

  it('leaves nothing behind if it fails to open', async () => {
    const { server, service, config, errors, handlers, pass } = watched();
    server.stall();
    service.connect(config);
    await pass();
    service.disconnect();
    server.dispose();
    await pass(50);
    expect([handlers().length, vi.getTimerCount(), errors.length]).toEqual([0, 0, 0]);
  });
});

describe('other reasons to leave a socket that opens', () => {
  it('another session: the old socket is closed once it has opened, the new one is used', async () => {
    const { server, service, config, closes, pass } = watched();
    service.connect(config);
    await pass();
    service.connect({ ...config, token: 'of-ben' });
    await pass(500);
    expect(closes).toEqual([[1000, OPEN]]);
    expect(service.isConnected()).toBe(true);
    expect(server.socketCount).toBe(1);
  });

  it('connectTimeout: it had its time, and is closed at once', async () => {
    const { server, service, config, closes, pass } = watched({ connectTimeout: 5_000 });
    server.stall();
    service.connect(config);
    await pass(5_020);
    expect(closes).toEqual([[1000, CONNECTING]]);
  });
});
