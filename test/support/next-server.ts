/**
 * A fake with the shape of Next's custom server: Next itself is too large to install for one test. It answers every page,
 * and opens its own sockets under `/_next`. `npm run test:examples` runs the recipe with the real one.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

interface FakeNext {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  getUpgradeHandler(): (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
}

// biome-ignore lint/style/noDefaultExport: as in the package.
export default function next(): FakeNext {
  let isPrepared = false;
  const check = (): void => {
    if (!isPrepared) throw new Error('Call prepare() first.');
  };
  const sockets = new WebSocketServer({ noServer: true });
  return {
    prepare() {
      isPrepared = true;
      return Promise.resolve();
    },
    getRequestHandler() {
      check();
      return (_request, response) => {
        response.end('<p>A page</p>');
        return Promise.resolve();
      };
    },
    getUpgradeHandler() {
      check();
      return (request, socket, head) => {
        if (!request.url?.startsWith('/_next/')) socket.destroy();
        else sockets.handleUpgrade(request, socket, head, (accepted) => accepted.send('hot reloading'));
        return Promise.resolve();
      };
    },
  };
}
