/** One server process of `npm run bench:server`: Everwire's hub, socket.io with its Redis adapter, or bare `ws`. */

import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createHub } from 'everwire/server';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';

/** @typedef {'everwire' | 'socket.io' | 'ws'} Kind */

/**
 * @typedef {object} Running
 * @property {(data: unknown) => void} publish to all
 * @property {() => Promise<void>} close as for a restart: every client is told
 */

const { KIND, PORT, REDIS_URL = '' } = process.env;
const http = createServer();
const server = start(/** @type {Kind} */ (KIND));
http.listen(Number(PORT), '127.0.0.1', () => process.send?.({ type: 'ready' }));

process.on('message', (/** @type {{ id: number, type: string, count?: number, pad?: string }} */ message) => {
  const { id, type, count = 1, pad = '' } = message;
  switch (type) {
    case 'publish':
      for (let sent = 0; sent < count; sent += 1) server.publish(nextData(pad));
      process.send?.({ id });
      break;
    case 'usage':
      process.send?.({ id, ...usage() });
      break;
    case 'close':
      void server.close().then(() => process.exit(0));
      break;
  }
});
process.on('disconnect', () => process.exit(0));

let lastNumber = 0;

/** @param {string} pad */
function nextData(pad) {
  lastNumber += 1;
  // The clock that all processes of a machine share.
  return { n: lastNumber, at: Number(process.hrtime.bigint() / 1_000n), pad };
}

function usage() {
  // Twice: what the first finds unreachable may hold more until it is gone.
  for (let round = 0; round < 2; round += 1) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return { bytes: heapUsed + external, cpuUs: user + system };
}

/**
 * @param {Kind} kind
 * @returns {Running}
 */
function start(kind) {
  switch (kind) {
    case 'everwire':
      return startEverwire();
    case 'socket.io':
      return startSocketIo();
    case 'ws':
      return startWs();
    default:
      throw new Error(`There is no ${/** @satisfies {never} */ (kind)}.`);
  }
}

/** @returns {Running} */
function startEverwire() {
  const hub = createHub({
    log: redisLog({ client: new Redis(REDIS_URL) }),
    authenticate: ({ token }) => (token ? { id: token } : null),
    identify: (user) => /** @type {{ id: string }} */ (user).id,
  });
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', hub.accept);
  return {
    publish: (data) => void hub.publish({ all: true }, 'n', data).catch(() => undefined),
    close: () => hub.drain({ overMs: 200 }),
  };
}

/** @returns {Running} */
function startSocketIo() {
  const io = new Server(http, {
    adapter: createAdapter(new Redis(REDIS_URL)),
    connectionStateRecovery: { maxDisconnectionDuration: 120_000, skipMiddlewares: true },
    transports: ['websocket'],
  });
  return {
    publish: (data) => void io.emit('n', data),
    async close() {
      await io.close();
      // The adapter stores the sessions now, and there is nothing to wait for.
      await new Promise((resolve) => setTimeout(resolve, 500));
    },
  };
}

/** @returns {Running} */
function startWs() {
  const sockets = new WebSocketServer({ server: http });
  return {
    publish(data) {
      const text = JSON.stringify({ event: 'n', data });
      for (const socket of sockets.clients) socket.send(text);
    },
    close() {
      for (const socket of sockets.clients) socket.close(1012);
      return Promise.resolve();
    },
  };
}
