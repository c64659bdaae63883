/** A real server for one test: plain `ws` on a loopback port, scripted by the test itself. */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export type ClientFrame = Readonly<Record<string, unknown>>;

export interface Connection {
  readonly socket: WebSocket;
  readonly query: URLSearchParams;
  /** Sends one event frame. */
  emit(event: string, data: unknown, seq?: number): void;
  hello(connectionId: string, seq?: number): void;
  /** The next frame from the client, parsed. */
  next(): Promise<ClientFrame>;
}

export interface Server extends AsyncDisposable {
  readonly url: string;
  /** Answers handshakes with HTTP 503 while true. */
  refusing: boolean;
  /** Handshakes so far, including refused ones. */
  readonly handshakes: number;
  /** The next connection that was not requested yet. */
  connection(): Promise<Connection>;
}

export async function startServer(): Promise<Server> {
  const connections = createMailbox<Connection>();
  let handshakes = 0;
  const wss = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: (_info: unknown, answer: (accept: boolean, code?: number) => void) => {
      handshakes += 1;
      answer(!server.refusing, 503);
    },
  });
  wss.on('connection', (socket, request) => connections.put(describe(socket, request)));
  await once(wss, 'listening');
  const server: Server = {
    url: `ws://127.0.0.1:${(wss.address() as AddressInfo).port}/ws`,
    refusing: false,
    get handshakes() {
      return handshakes;
    },
    connection: connections.take,
    async [Symbol.asyncDispose]() {
      for (const client of wss.clients) client.terminate();
      await new Promise((resolve) => wss.close(resolve));
    },
  };
  return server;
}

function describe(socket: WebSocket, request: IncomingMessage): Connection {
  const frames = createMailbox<ClientFrame>();
  socket.on('message', (data) => frames.put(JSON.parse(String(data))));
  const emit = (event: string, data: unknown, seq?: number): void =>
    socket.send(JSON.stringify({ event, data, seq }));
  return {
    socket,
    query: new URL(request.url ?? '/', 'ws://server.test').searchParams,
    emit,
    hello: (connectionId, seq = 0) => emit('hello', { connection_id: connectionId }, seq),
    next: frames.take,
  };
}

/** Items come out once, in order. A request before the next item waits for it. */
function createMailbox<Item>() {
  const items: Item[] = [];
  const readers: ((item: Item) => void)[] = [];
  return {
    put(item: Item): void {
      const reader = readers.shift();
      if (reader === undefined) items.push(item);
      else reader(item);
    },
    take(): Promise<Item> {
      const item = items.shift();
      return item === undefined ? new Promise((resolve) => readers.push(resolve)) : Promise.resolve(item);
    },
  };
}
