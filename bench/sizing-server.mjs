// A hub in a process of its own, for bench/sizing.mjs: how much memory do its sessions take?

import { once } from 'node:events';
import { WebSocketServer } from 'ws';

const { createHub } = /** @type {typeof import('everwire/server')} */ (
  await import(new URL('../dist/server/index.js', import.meta.url).href)
);
const hub = createHub({
  authenticate: ({ token = '' }) => ({ id: token }),
  identify: (user) => /** @type {{ id: string }} */ (user).id,
});
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
await once(server, 'listening');
server.on('connection', (socket, request) => {
  // Without a hub: what a socket of `ws` takes by itself, with a listener and one frame sent.
  if (request.url?.startsWith('/hub')) return hub.accept(socket, request);
  socket.on('message', () => undefined);
  socket.send('{}');
});
process.on('message', () => {
  global.gc?.();
  global.gc?.();
  process.send?.({ heapBytes: process.memoryUsage().heapUsed + process.memoryUsage().external });
});
process.on('disconnect', () => process.exit());
const address = server.address();
process.send?.({ port: typeof address === 'object' && address ? address.port : 0 });
