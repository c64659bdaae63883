/** One process of `npm run demo:cluster`. `ROLE=server`: it serves clients. `ROLE=publisher`: it only publishes, twice a second. */

import { createHub } from 'everwire/server';
import { redisLog } from 'everwire/server/redis';
import { Redis } from 'ioredis';
import { WebSocketServer } from 'ws';

const { ROLE, NAME = '', PORT, REDIS_URL = '' } = process.env;

/** @typedef {{ readonly name: string, readonly pid: number | null }} ServerState `pid`: null while it is down. */

/**
 * @typedef {object} Demo what server and page share
 * @property {{ id: string }} user
 * @property {{ tick: { readonly n: number, readonly servers: readonly ServerState[] } }} events
 * @property {{ who: () => { readonly name: string, readonly pid: number } }} requests
 */

/** @type {import('everwire/server').Hub<Demo>} */
const hub = createHub({
  log: redisLog({ client: new Redis(REDIS_URL) }),
  authenticate: ({ token }) => (token ? { id: token } : null),
  identify: ({ id }) => id,
  requests: { who: () => ({ name: NAME, pid: process.pid }) },
});

if (ROLE === 'publisher') publish();
else serve();
process.on('disconnect', () => process.exit(0));

function serve() {
  const server = new WebSocketServer({ port: Number(PORT), host: '127.0.0.1' });
  server.on('connection', hub.accept);
  server.on('listening', () => process.send?.('ready'));
}

function publish() {
  /** @type {readonly ServerState[]} */
  let servers = [];
  let n = 0;
  process.on('message', (/** @type {readonly ServerState[]} */ state) => {
    servers = state;
  });
  setInterval(() => {
    n += 1;
    hub.publish({ all: true }, 'tick', { n, servers }).catch((error) => console.error(error.message));
  }, 500);
  process.send?.('ready');
}
