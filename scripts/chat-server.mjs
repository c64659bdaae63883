// The chat of the stories on a real socket, on everwire/server.

import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { startChatOnHub } from '../stories/demo/chat-on-hub.mjs';

/**
 * Starts the server on the loopback address; on any free port where the wanted one is taken.
 *
 * @param {{ port: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startChatServer({ port }) {
  // As built: Node can't read the source, and the first run has nothing built when this file is loaded.
  const built = new URL('../dist/server/index.js', import.meta.url).href;
  const library = /** @type {typeof import('everwire/server')} */ (await import(built));

  /** @param {number} wanted */
  const listen = async (wanted) => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: wanted, maxPayload: 65_536 });
    await once(server, 'listening');
    return server;
  };
  const sockets = await listen(port).catch((error) => {
    if (port === 0) throw error;
    return listen(0);
  });
  const chat = startChatOnHub(library, sockets);
  chat.startPeople();
  const address = sockets.address();
  return {
    url: `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : port}/`,
    close: () => {
      chat.stop();
      for (const socket of sockets.clients) socket.terminate();
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}
