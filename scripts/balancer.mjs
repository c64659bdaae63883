// A small TCP balancer: each connection goes to a server that is up, in turn. For the demo and the benchmark.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @param {object} of
 * @param {number} [of.port] any free one by default
 * @param {() => readonly number[]} of.targets ports of the servers that are up
 * @returns {Promise<{ readonly port: number, close(): void }>}
 */
export async function startBalancer({ port = 0, targets }) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  let turn = 0;

  const server = createServer((client) => {
    const ports = targets();
    turn += 1;
    const target = ports[turn % ports.length];
    // Nobody is up: the client tries again.
    if (target === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect({ port: target, host: '127.0.0.1' });
    for (const [one, other] of /** @type {const} */ ([
      [client, upstream],
      [upstream, client],
    ])) {
      sockets.add(one);
      one.setNoDelay(true);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
    }
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
