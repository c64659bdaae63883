// The fake chat server behind the stories, on a real socket: a thin door to the one in everwire/testing.

import { once } from 'node:events';
import { WebSocketServer } from 'ws';

/**
 * Starts the server on the loopback address; on any free port where the wanted one is taken.
 *
 * @param {{ port: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startChatServer({ port }) {
  const { createFakeServer } = /** @type {any} */ (
    await import(new URL('../dist/src/testing/index.js', import.meta.url).href)
  );
  if (typeof createFakeServer !== 'function')
    throw new Error('everwire/testing exports no createFakeServer.');

  const server = await listen(port).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    return listen(0);
  });
  server.on('connection', (socket) => {
    // To be filled in: hand the socket to the fake server's chat.
    socket.close(1013, 'The chat is not wired up yet.');
  });

  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `ws://127.0.0.1:${address.port}`,
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * @param {number} port
 * @returns {Promise<WebSocketServer>}
 */
async function listen(port) {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await once(server, 'listening');
  return server;
}
