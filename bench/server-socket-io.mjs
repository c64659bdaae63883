/** The server for Socket.IO's own client. */

import { createServer } from 'node:http';
import { Server } from 'socket.io';

/**
 * Opens the port.
 *
 * @param {import('./server-events.mjs').OnClient} onClient
 * @returns {Promise<import('./server-events.mjs').Door>}
 */
export async function openSocketIoDoor(onClient) {
  const http = createServer();
  const io = new Server(http, {
    transports: ['websocket'],
    serveClient: false,
    cors: { origin: '*' },
    // Missed events are replayed, as by the other server.
    connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: true },
  });
  /** @type {Set<import('socket.io').Socket>} */
  const clients = new Set();
  io.on('connection', (socket) => {
    clients.add(socket);
    socket.on('disconnect', () => {
      if (clients.delete(socket)) onClient('gone');
    });
    onClient('came');
  });

  await new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve(null)));
  const address = http.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    clientCount: () => clients.size,
    write: (events) => {
      for (const { request } of clients) request.socket.cork();
      for (const { name, data } of events) io.emit(name, data);
      for (const { request } of clients) request.socket.uncork();
    },
    waitingBytes: () => Math.max(0, ...[...clients].map(waitingBytes)),
    kill: () => {
      for (const { request } of clients) request.socket.destroy();
      clients.clear();
      onClient('gone');
    },
    forget: () => undefined,
    close: () => {
      void io.close();
    },
  };
}

/** The approximate size of a packet that has not been turned into a frame yet. */
const PACKET_BYTES = 150;

/** @param {import('socket.io').Socket} socket */
function waitingBytes({ conn, request }) {
  // Its types hide the queue in front of the socket, which can hold a whole burst.
  const { writeBuffer } = /** @type {{ writeBuffer: readonly unknown[] }} */ (/** @type {unknown} */ (conn));
  return request.socket.writableLength + writeBuffer.length * PACKET_BYTES;
}
