/** The same server for Socket.IO's own client, with connectionStateRecovery, as its guide recommends for lost links. */

import { createServer } from 'node:http';
import { Server } from 'socket.io';

/** How often it sends a ping, and how long it waits; its client receives both from it. Otherwise 25 s and 20 s. */
const shortPings = { pingInterval: 1000, pingTimeout: 1000 };

/**
 * @param {'websocket' | 'polling'} transport
 * @param {'usual' | 'short'} pings
 * @returns {Promise<import('./session-server.mjs').PeerServer>}
 */
export async function openSocketIoServer(transport, pings) {
  /** @type {import('./session-server.mjs').Message[]} */
  const received = [];
  /** @type {(string | null)[]} */
  const tokens = [];
  /** @type {import('./session-server.mjs').Manner} */
  let manner = {};

  const http = createServer();
  const io = new Server(http, {
    ...(pings === 'short' && shortPings),
    transports: [transport],
    serveClient: false,
    cors: { origin: '*' },
    connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: true },
  });
  io.use((socket, next) => {
    const token = socket.handshake.auth['token'] ?? null;
    tokens.push(token);
    next(manner.accepts && !manner.accepts(token) ? new Error('unauthorized') : undefined);
  });
  io.on('connection', (socket) => {
    if (manner.isFlapping) setTimeout(() => socket.conn.close(), 100);
    socket.onAny((event, ...args) => {
      const reply = args.at(-1);
      received.push({ event, data: args[0] });
      if (typeof reply === 'function' && !manner.isMute) reply({ to: event });
    });
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve(null)));
  const address = http.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    tokens,
    emit: (name, data) => void io.emit(name, data),
    sendRaw: (data) => {
      for (const { conn } of io.sockets.sockets.values()) {
        // A message of Engine.IO that is none of Socket.IO, or bytes where an event carries them.
        if (typeof data === 'string') conn.write(data);
        else io.emit('bytes', data);
      }
    },
    loseOne: () => undefined,
    repeatOne: () => undefined,
    forget: () => {
      /** @type {any} */ (io.of('/').adapter).sessions?.clear();
    },
    setManner: (how) => {
      manner = how;
    },
    close: () => new Promise((resolve) => void io.close(() => resolve())),
  };
}
