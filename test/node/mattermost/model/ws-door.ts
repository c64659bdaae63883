/** A real `ws` server on a loopback port, for a model. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { MattermostModel, Upgraded } from './server.ts';

export interface WsDoor extends AsyncDisposable {
  readonly url: string;
}

export async function openWsDoor(model: MattermostModel): Promise<WsDoor> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  const links = new Map<WebSocket, Upgraded>();
  server.on('connection', (socket, request) => {
    // A real server drops a link at its close frame; `ws` reports it only when the TCP connection has ended.
    for (const [earlier, link] of links) if (earlier.readyState !== WebSocket.OPEN) link.gone();
    const link = model.upgrade(request.url ?? '/', {
      send(frame) {
        // Frames that are sent in one turn arrive in one piece.
        request.socket.cork();
        socket.send(frame);
        process.nextTick(() => request.socket.uncork());
      },
      close: (code) => socket.close(code),
      cut: () => socket.terminate(),
    });
    links.set(socket, link);
    socket.on('message', (frame) => link.receive(String(frame)));
    socket.on('close', () => link.gone());
  });
  await once(server, 'listening');
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4/websocket`,
    async [Symbol.asyncDispose]() {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
