/** Sends events from a real server in a process of its own: this many per second, to each client. */

import { WebSocketServer } from 'ws';

const eventsPerSecond = Number(process.argv[2] ?? 10_000);
/** About one frame of a page. */
const stepMs = 10;

const symbols = ['AAA', 'ABD', 'ACG', 'ADJ', 'AEM'];

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });

server.on('connection', (socket) => {
  let seq = 0;
  /** @param {string} event @param {unknown} data */
  const emit = (event, data) => {
    socket.send(JSON.stringify({ event, data, seq }));
    seq += 1;
  };
  emit('hello', { connection_id: `bench-${Date.now()}` });
  const startedAt = performance.now();
  const timer = setInterval(() => {
    const due = ((performance.now() - startedAt) * eventsPerSecond) / 1_000;
    // A page that cannot keep up must be noticed, but not flooded.
    if (socket.bufferedAmount > 4_000_000) return;
    while (seq < due)
      emit('price_changed', { symbol: symbols[seq % symbols.length], price: 100 + (seq % 50) / 10 });
  }, stepMs);
  socket.on('close', () => clearInterval(timer));
});

server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null)
    process.send?.({ url: `ws://127.0.0.1:${address.port}` });
});

process.on('disconnect', () => process.exit(0));
