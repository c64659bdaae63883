/** One large event on a slow network, after a reconnect: it arrives, once. A real `ws` server behind a relay. */
import { createWebSocketService, type IWebSocketConfig, type WebSocketConstructor } from 'everwire/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { startFaultProxy } from './fault-proxy.ts';
import { createRandom } from './random.ts';
import { until } from './until.ts';

vi.setConfig({ testTimeout: 180_000 });

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';

/** A server with one session, which replays what a client asks for, and answers pings. */
async function startServer() {
  const log: string[] = [];
  const asked: (string | null)[] = [];
  const wss = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((resolve) => wss.once('listening', resolve));
  const publish = (event: string, data: unknown): void => {
    const frame = JSON.stringify({ event, data, seq: log.length });
    log.push(frame);
    for (const client of wss.clients) client.send(frame);
  };
  wss.on('connection', (socket, { url = '/' }) => {
    const from = new URL(url, 'ws://server.test').searchParams.get('sequence_number');
    asked.push(from);
    if (from === null) publish('hello', { connection_id: 'one' });
    else for (const frame of log.slice(Number(from))) socket.send(frame);
    socket.on('error', () => undefined);
    socket.on('message', (raw) => {
      const { event, seq } = JSON.parse(String(raw)) as { readonly event: string; readonly seq: number };
      if (event === 'ping') socket.send(JSON.stringify({ seq_reply: seq, status: 'OK' }));
    });
  });
  onTestFinished(() => {
    for (const client of wss.clients) client.terminate();
    wss.close();
  });
  return { asked, publish, port: (wss.address() as { readonly port: number }).port };
}

async function arrives(
  frameLength: number,
  bytesPerSecond: number,
  config: Partial<IWebSocketConfig>,
): Promise<void> {
  const server = await startServer();
  await using proxy = await startFaultProxy({ targetPort: server.port, random: createRandom(1) });
  const service = createWebSocketService();
  onTestFinished(() => service.dispose());
  const arrived: string[] = [];
  const missed: unknown[] = [];
  service.events$.subscribe(({ event }) => arrived.push(event));
  service.missed$.subscribe((notice) => missed.push(notice));
  const { store } = service;
  service.connect({
    url: `ws://127.0.0.1:${proxy.port}`,
    WebSocket: WebSocket as unknown as WebSocketConstructor,
    ...config,
  });
  await until('an answered ping', () => store.getState().latency !== null);
  server.publish('before', null);
  await until('an event', () => arrived.includes('before'));
  proxy.bandwidth(bytesPerSecond);
  proxy.reset();
  await until('the loss of the link', () => store.getState().status === 'reconnecting');
  const around = JSON.stringify({ event: 'large', data: '', seq: 2 }).length;
  server.publish('large', 'x'.repeat(frameLength - around));
  server.publish('after', null);
  await until('the event after the large one', () => arrived.includes('after'), { deadlineMs: 120_000 });
  expect(arrived).toEqual(['hello', 'before', 'large', 'after']);
  expect(missed).toEqual([]);
  // Each later link has asked for the event that was under way.
  expect(new Set(server.asked)).toEqual(new Set([null, '2']));
  expect(store.getState().status).toBe('connected');
}

it('210 kB at 350 kB/s arrive, though a pong may take 0.3 s', () =>
  arrives(210_000, 350_000, {
    heartbeat: { interval: 300, timeout: 300 },
    reconnectDelay: 100,
    reconnectJitter: 0,
  }));

// The frame is as long as `maxFrameLength` allows: 12 s at this speed, where a pong may take 10 s.
it.runIf(isFull)('4 MiB at 350 kB/s arrive, all defaults', () => arrives(4_194_304, 350_000, {}));
