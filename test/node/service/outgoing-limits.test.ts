/** A message that is too large, or a network that is too slow: refused, queued or reported, never lost. */
import type { Frame } from 'everwire/core';
import { envelopeProtocol } from 'everwire/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BareSocket } from '../../support/bare-socket.ts';
import { record } from '../../support/service.ts';

const FULL = 4_194_305;

/** A socket whose buffer the test fills and drains. Everything else works. */
function slowNetwork() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const sockets: SlowSocket[] = [];
  class SlowSocket extends BareSocket {
    constructor() {
      super();
      sockets.push(this);
    }
    override send(frame: Frame): void {
      super.send(frame);
      if (this.bufferedAmount > 0) this.bufferedAmount += String(frame).length;
    }
    messages(): { event: string; seq: number }[] {
      return this.sent.map((frame) => JSON.parse(String(frame)));
    }
  }
  const pass = async (ms = 1): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms));
  const config = { url: 'ws://slow.test', WebSocket: SlowSocket, random: () => 0 };
  const names = (): string[] => sockets.flatMap((socket) => socket.messages().map(({ event }) => event));
  return { ...record(), config, sockets, pass, names };
}

describe('a network that is slower than the app', () => {
  it('refuses a send when too many bytes are waiting, and reports it', async () => {
    const { service, config, sockets, errors, pass, names } = slowNetwork();
    service.connect(config);
    await pass();
    const [socket] = sockets;
    if (socket === undefined) throw new Error('no socket');
    socket.bufferedAmount = FULL;
    expect(service.send('a')).toBe('refused');
    expect(errors).toMatchObject([{ code: 'send-buffer-full' }]);
    await expect(service.request('b')).rejects.toMatchObject({ code: 'send-buffer-full' });
    expect(names()).toEqual([]);
    socket.bufferedAmount = FULL - 1;
    expect(service.send('c')).toBe('sent');
  });

  it('queues the message if sendQueue is on, and sends it in order when there is room', async () => {
    const { service, config, sockets, pass, names } = slowNetwork();
    service.connect({ ...config, sendQueue: {} });
    await pass();
    const [socket] = sockets;
    if (socket === undefined) throw new Error('no socket');
    socket.bufferedAmount = FULL;
    expect([service.send('a'), service.send('b')]).toEqual(['queued', 'queued']);
    socket.bufferedAmount = 0;
    expect(service.send('c')).toBe('sent');
    expect(names()).toEqual(['a', 'b', 'c']);
    socket.bufferedAmount = FULL;
    expect(service.send('d')).toBe('queued');
    socket.bufferedAmount = 0;
    await pass(300);
    expect(names().filter((name) => name !== 'ping')).toEqual(['a', 'b', 'c', 'd']);
    service.disconnect();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('replaces a link that receives events while nothing of ours is sent', async () => {
    const { service, config, sockets, pass } = slowNetwork();
    service.connect({ ...config, heartbeat: { interval: 1_000, timeout: 500 } });
    await pass(1_001);
    const [socket] = sockets;
    const [ping] = socket?.messages() ?? [];
    if (socket === undefined || ping === undefined) throw new Error('no ping');
    socket.receive({ seq_reply: ping.seq, status: 'OK' });
    socket.bufferedAmount = 100;
    for (let count = 0; count < 60; count += 1) {
      socket.receive({ event: 'tick', data: count });
      await pass(100);
    }
    expect(sockets.length).toBeGreaterThan(1);
    expect(service.store.getState().lastClose).toMatchObject({ code: 4000 });
  });

  it('keeps a slow link that still sends', async () => {
    const { service, config, sockets, pass } = slowNetwork();
    service.connect({ ...config, heartbeat: { interval: 1_000, timeout: 500 } });
    await pass(1_001);
    const [socket] = sockets;
    const [ping] = socket?.messages() ?? [];
    if (socket === undefined || ping === undefined) throw new Error('no ping');
    socket.receive({ seq_reply: ping.seq, status: 'OK' });
    socket.bufferedAmount = 10_000;
    for (let count = 0; count < 100; count += 1) {
      socket.receive({ event: 'tick', data: count });
      socket.bufferedAmount -= 20;
      await pass(100);
    }
    expect(sockets).toHaveLength(1);
  });
});

describe("a message above the server's limit", () => {
  const small = { ...envelopeProtocol, name: 'small', maxSendBytes: 100 };

  it('is refused before it is sent, by its size in bytes', async () => {
    const { service, config, errors, pass, names } = slowNetwork();
    service.connect({ ...config, protocol: small });
    await pass();
    const overhead = JSON.stringify({ event: 'a', data: '', seq: 1 }).length;
    expect(service.send('a', 'x'.repeat(100 - overhead))).toBe('sent');
    expect(service.send('a', 'x'.repeat(101 - overhead))).toBe('refused');
    expect(service.send('a', 'é'.repeat(60 - overhead / 2))).toBe('refused');
    expect(errors.map(({ code }) => code)).toEqual(['too-large', 'too-large']);
    await expect(service.request('a', 'x'.repeat(100))).rejects.toMatchObject({
      code: 'too-large',
      details: { event: 'a', limitBytes: 100 },
    });
    expect(names()).toEqual(['a']);
  });

  it('is not queued', () => {
    const { service, config, errors } = slowNetwork();
    service.connect({ ...config, protocol: small, sendQueue: {} });
    expect(service.send('a', 'x'.repeat(100))).toBe('refused');
    expect(errors).toMatchObject([{ code: 'too-large' }]);
  });
});
