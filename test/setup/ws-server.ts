// A real WebSocket server for the tests that run in a browser. `inject('wsServerUrl')` gives its address.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { WebSocketServer } from 'ws';

declare module 'vitest' {
  interface ProvidedContext {
    wsServerUrl: string;
  }
}

export default async function startServer(project: TestProject): Promise<() => Promise<void>> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  project.provide('wsServerUrl', `ws://127.0.0.1:${(server.address() as AddressInfo).port}`);

  return async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}
