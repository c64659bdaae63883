/** An environment like React Native's: no page, a socket with fewer fields, and an unfinished URL class. In virtual time. */
import type { IWebSocketConfig } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { record } from '../../support/service.ts';

type Handler = ((event: never) => unknown) | null;

/** Has no `bufferedAmount`, and its close events have no `wasClean`. */
function createDevice() {
  const sockets: NativeSocket[] = [];
  class NativeSocket {
    binaryType = 'blob';
    readyState = 0;
    declare readonly bufferedAmount: number;
    onopen: Handler = null;
    onmessage: Handler = null;
    onerror: Handler = null;
    onclose: Handler = null;
    readonly sent: unknown[] = [];
    readonly url: string;
    constructor(url: string) {
      this.url = url;
      sockets.push(this);
      setTimeout(() => {
        this.readyState = 1;
        this.onopen?.({} as never);
      });
    }
    send(frame: unknown): void {
      this.sent.push(frame);
    }
    close(): void {
      this.readyState = 2;
    }
    say(frame: string): void {
      this.onmessage?.({ data: frame } as never);
    }
    fail(code: number): void {
      this.readyState = 3;
      this.onclose?.({ code, reason: 'gone' } as never);
    }
  }
  return { WebSocket: NativeSocket, sockets };
}

/** React Native's own: most getters throw, and every path gets a slash. */
class UnfinishedUrl {
  readonly href: string;
  constructor(url: string) {
    this.href = url.endsWith('/') ? url : `${url}/`;
  }
  get protocol(): string {
    throw new Error('URL.protocol is not implemented');
  }
  get host(): string {
    throw new Error('URL.host is not implemented');
  }
}

function start(more: Partial<IWebSocketConfig> = {}) {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  vi.stubGlobal('URL', UnfinishedUrl);
  const { WebSocket, sockets } = createDevice();
  const recorded = record();
  recorded.service.connect({
    url: 'wss://example.com/ws',
    token: 'tok-4711',
    WebSocket,
    random: () => 0,
    ...more,
  });
  return { ...recorded, sockets };
}

describe('an environment like React Native’s', () => {
  it.each([
    ['a url', {}, 'wss://example.com/ws?token=tok-4711'],
    ['a url function', { url: async () => 'https://example.com/ws' }, 'wss://example.com/ws?token=tok-4711'],
    [
      'an address without a scheme',
      { url: 'example.com:8443/ws' },
      'wss://example.com:8443/ws?token=tok-4711',
    ],
  ])('connects to %s, whose address stays as it was written', async (_, more, address) => {
    const { service, sockets, errors } = start(more);
    await vi.advanceTimersByTimeAsync(100);
    expect(service.isConnected()).toBe(true);
    expect(sockets.map(({ url }) => url)).toEqual([address]);
    expect(errors).toEqual([]);
  });

  it.each(['wss://', 'ftp://example.com'])('says that %s is no address', (url) => {
    const { service } = start({ url });
    expect(service.store.getState()).toMatchObject({ status: 'disconnected', reason: 'invalid-config' });
  });

  it('needs neither btoa nor TextEncoder, which React Native has since 0.74', async () => {
    vi.stubGlobal('btoa', undefined);
    vi.stubGlobal('TextEncoder', undefined);
    const { service, errors } = start();
    await vi.advanceTimersByTimeAsync(100);
    expect(service.isConnected()).toBe(true);
    expect(errors).toEqual([]);
  });

  it('reconnects after a close without wasClean, and finds a dead link', async () => {
    const { service, sockets, missed } = start();
    await vi.advanceTimersByTimeAsync(10);
    sockets[0]?.say('{"event":"hello","data":{"connection_id":"c-1"},"seq":0}');
    sockets[0]?.fail(1006);
    await vi.advanceTimersByTimeAsync(3_100);
    expect(sockets[1]?.url).toContain('connection_id=c-1&sequence_number=1');
    await vi.advanceTimersByTimeAsync(1_000);
    const ping = sockets[1]?.sent.at(-1);
    sockets[1]?.say(JSON.stringify({ seq_reply: JSON.parse(String(ping)).seq, status: 'OK' }));
    await vi.advanceTimersByTimeAsync(40_100);
    expect(sockets).toHaveLength(3);
    expect(service.isConnected()).toBe(true);
    expect(missed).toEqual([]);
  });
});
