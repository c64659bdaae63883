/**
 * A fake with the shape of uWebSockets.js, which is not on npm, on a real `ws` server. It has the rules that a recipe may
 * trip over: a socket that was closed and a request that was handled throw, a message's buffer is emptied when its handler
 * returns, and a frame above `maxBackpressure` is dropped.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

interface FakeSocket {
  getUserData(): object;
  getBufferedAmount(): number;
  send(text: string): 0 | 1 | 2;
  end(code?: number, reason?: string): void;
  close(): void;
  ping(): number;
}

interface FakeRequest {
  getUrl(): string;
  getQuery(): string;
  forEach(each: (name: string, value: string) => void): void;
}

interface FakeResponse {
  upgrade(data: object, key: string, protocol: string, extensions: string, context: object): void;
}

interface Behavior {
  readonly maxPayloadLength?: number;
  readonly maxBackpressure?: number;
  readonly sendPingsAutomatically?: boolean;
  upgrade(response: FakeResponse, request: FakeRequest, context: object): void;
  open(socket: FakeSocket): void;
  message(socket: FakeSocket, data: ArrayBuffer, isBinary: boolean): void;
  pong?(socket: FakeSocket, data: ArrayBuffer): void;
  close(socket: FakeSocket, code: number, reason: ArrayBuffer): void;
}

interface FakeApp {
  ws(pattern: string, behavior: Behavior): FakeApp;
  listen(port: number, onListening: (token: object | false) => void): FakeApp;
}

// Its name in the package.
export function App(): FakeApp {
  const routes = new Map<string, Behavior>();
  const http = createServer();
  http.on('upgrade', (request, tcp, head) => {
    const [path = ''] = (request.url ?? '').split('?');
    const behavior = routes.get(path);
    if (behavior === undefined) {
      tcp.destroy();
      return;
    }
    let upgraded: { readonly data: object; readonly protocol: string } | undefined;
    const response: FakeResponse = {
      upgrade(data, key, protocol) {
        if (key !== request.headers['sec-websocket-key']) throw new Error('upgrade: a wrong key');
        upgraded = { data, protocol };
      },
    };
    const [handled, end] = requestOf(request);
    behavior.upgrade(response, handled, {});
    end();
    if (upgraded === undefined) throw new Error('upgrade: the handler must upgrade or end the response');
    const { data, protocol } = upgraded;
    const server = new WebSocketServer({
      noServer: true,
      maxPayload: behavior.maxPayloadLength ?? 16 * 1024,
      handleProtocols: () => protocol || false,
    });
    server.handleUpgrade(request, tcp, head, (socket) => serve(socket, data, behavior));
  });
  const app: FakeApp = {
    ws(pattern, behavior) {
      routes.set(pattern, behavior);
      return app;
    },
    listen(port, onListening) {
      http.once('error', () => onListening(false));
      http.listen(port, () => onListening({}));
      return app;
    },
  };
  return app;
}

/** It may be used only until its handler has returned. */
function requestOf({ url = '', headers }: IncomingMessage): [FakeRequest, end: () => void] {
  let isOver = false;
  const check = (): void => {
    if (isOver) throw new Error('The request must not be used after its handler has returned.');
  };
  const [path = '', query = ''] = url.split('?');
  const request: FakeRequest = {
    getUrl() {
      check();
      return path;
    },
    getQuery() {
      check();
      return query;
    },
    forEach(each) {
      check();
      for (const [name, value] of Object.entries(headers)) each(name, String(value));
    },
  };
  return [
    request,
    () => {
      isOver = true;
    },
  ];
}

function serve(socket: WebSocket, data: object, behavior: Behavior): void {
  const { maxBackpressure = 64 * 1024 } = behavior;
  let isClosed = false;
  const open = (): WebSocket => {
    if (isClosed) throw new Error('Invalid access of closed uWS.WebSocket.');
    return socket;
  };
  /** At once, though the other side has not answered. */
  const close = (code: number): void => {
    if (isClosed) return;
    isClosed = true;
    behavior.close(fake, code, new ArrayBuffer(0));
  };
  const fake: FakeSocket = {
    getUserData: () => data,
    getBufferedAmount: () => open().bufferedAmount,
    send(text) {
      if (maxBackpressure > 0 && open().bufferedAmount > maxBackpressure) return 2;
      open().send(text);
      return socket.bufferedAmount > 0 ? 0 : 1;
    },
    end(code, reason) {
      open().close(code, reason);
      close(code ?? 1005);
    },
    close() {
      open().terminate();
      close(1006);
    },
    ping() {
      open().ping();
      return 1;
    },
  };
  socket.on('message', (bytes: Buffer, isBinary) => {
    if (isClosed) return;
    const buffer = new Uint8Array(bytes).buffer;
    behavior.message(fake, buffer, isBinary);
    structuredClone(buffer, { transfer: [buffer] });
  });
  socket.on('pong', () => {
    if (!isClosed) behavior.pong?.(fake, new ArrayBuffer(0));
  });
  socket.on('error', () => undefined);
  socket.on('close', close);
  behavior.open(fake);
}
