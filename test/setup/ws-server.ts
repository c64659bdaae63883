/** The real WebSocket servers for the tests that run in a browser. They live in this process. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { WebSocketServer } from 'ws';
import { createFakeServer } from '../../src/testing/index.ts';
import { startChat } from '../../stories/demo/chat-behaviour.mjs';

declare module 'vitest' {
  interface ProvidedContext {
    /** Echoes every frame. */
    wsServerUrl: string;
    /** The chat of the stories. Asked to `flood`, it sends as many `tick` events as the message says. */
    chatServerUrl: string;
  }
}

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const echo = await startEcho();
  const chat = await startChatRoom();
  project.provide('wsServerUrl', echo.url);
  project.provide('chatServerUrl', chat.url);
  return async () => {
    await echo.close();
    await chat.close();
  };
}

async function startEcho(): Promise<{ url: string; close(): Promise<void> }> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function startChatRoom(): Promise<{ url: string; close(): Promise<void> }> {
  const server = createFakeServer({ url: 'ws://127.0.0.1/' });
  const door = await server.listen({ WebSocketServer });
  const chat = startChat(server);
  server.handle('flood', (count, { connection }) => {
    for (let sent = 1; sent <= Number(count); sent += 1) connection.emit('tick', sent);
  });
  return {
    url: door.url,
    close: async () => {
      chat.stop();
      await door.close();
      server.dispose();
    },
  };
}
