// The chat of the stories on a real socket: the fake server of everwire/testing, with its other door open.

import { WebSocketServer } from 'ws';
import { startChat } from '../stories/demo/chat-behaviour.mjs';

/**
 * Starts the server on the loopback address; on any free port where the wanted one is taken.
 *
 * @param {{ port: number }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function startChatServer({ port }) {
  // As built: Node can't read the source, and the first run has nothing built when this file is loaded.
  const built = new URL('../dist/src/testing/index.js', import.meta.url).href;
  const { createFakeServer } = /** @type {typeof import('everwire/testing')} */ (await import(built));

  // The path of this address is the one that the port serves.
  const server = createFakeServer({ url: 'ws://127.0.0.1/' });
  /** @param {number} wanted */
  const listen = (wanted) => server.listen({ WebSocketServer, port: wanted });
  const door = await listen(port).catch((error) => {
    if (port === 0) throw error;
    return listen(0);
  });
  const chat = startChat(server);
  chat.startPeople();
  return {
    url: door.url,
    close: async () => {
      chat.stop();
      await door.close();
      server.dispose();
    },
  };
}
