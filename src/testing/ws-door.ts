// The real door: a `ws` server on a loopback port, whose clients are brought to the same server as a page's.

import type { Arrive, ClientEnd } from './door.ts';
import { FakeServerError } from './errors.ts';
import type { Frame, Listening, ListenOptions } from './types.ts';
import { SUBPROTOCOL } from './wire.ts';
import type { WsRequest, WsServer, WsServerOptions, WsSocket } from './ws-types.ts';

const loopback: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const OPEN = 1;

/** Opens the port; rejects with a typed error where the host is not loopback or the port is taken. */
export async function openWsDoor(options: ListenOptions, path: string, arrive: Arrive): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  if (!loopback.has(host)) {
    throw new FakeServerError('not-loopback', `a fake server listens on loopback only, never on ${host}`);
  }
  const origin = (port: number): string => `ws://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let port = options.port ?? 0;
  const newcomers = new Map<WsRequest, Newcomer>();
  const sockets = new Set<WsSocket>();

  const verifyClient: WsServerOptions['verifyClient'] = ({ req }, answer) => {
    const newcomer = createNewcomer(req, answer);
    newcomers.set(req, newcomer);
    const url = origin(port) + (req.url ?? '/');
    const server = arrive(
      {
        door: 'ws',
        url,
        protocols: offered(req),
        address: new URL(url).pathname === path ? 'ours' : 'unknown',
      },
      newcomer.client,
    );
    newcomer.onSocket = (socket) => {
      newcomers.delete(req);
      sockets.add(socket);
      socket.on('message', (data, isBinary) => server.receive(isBinary ? bytesOf(data) : textOf(data)));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        server.gone();
      });
    };
    // An HTTP server lets half-closed sockets live: a client that gives up its handshake must be let go by hand.
    req.socket.once('end', () => {
      if (newcomers.has(req)) req.socket.destroy();
    });
    req.socket.once('close', () => {
      if (newcomers.delete(req)) server.gone();
    });
  };

  const server = new options.WebSocketServer({
    host,
    port,
    perMessageDeflate: false,
    verifyClient,
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  server.on('connection', (socket, request) => newcomers.get(request)?.adopt(socket));
  port = await listening(server);

  let closing: Promise<void> | null = null;
  return {
    url: origin(port) + path,
    close: () => {
      closing ??= new Promise((resolve) => {
        for (const socket of sockets) socket.terminate();
        for (const request of newcomers.keys()) request.socket.destroy();
        server.close(resolve);
      });
      return closing;
    },
  };
}

interface Newcomer {
  readonly client: ClientEnd;
  /** Is told of the socket as soon as the handshake has succeeded. */
  onSocket: (socket: WsSocket) => void;
  adopt(socket: WsSocket): void;
}

function createNewcomer(request: WsRequest, answer: (accepted: boolean, status?: number) => void): Newcomer {
  let socket: WsSocket | null = null;
  const client: ClientEnd = {
    // `ws` announces the socket within this very call, unless the client has gone away meanwhile.
    open: () => {
      answer(true);
      return socket !== null;
    },
    refuse: () => answer(false, 401),
    receive: (frame) => socket?.send(typeof frame === 'string' ? frame : new Uint8Array(frame)),
    close: (code, reason) => (code === null ? socket?.close() : socket?.close(code, reason)),
    cut: () => {
      if (socket === null) request.socket.destroy();
      else socket.terminate();
    },
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
    isLive: () => socket?.readyState === OPEN,
  };
  const newcomer: Newcomer = {
    client,
    onSocket: () => undefined,
    adopt: (adopted) => {
      socket = adopted;
      newcomer.onSocket(adopted);
    },
  };
  return newcomer;
}

function listening(server: WsServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.on('error', (cause) => {
      reject(
        new FakeServerError('listen-failed', `the port could not be opened: ${cause.message}`, { cause }),
      );
    });
    server.on('listening', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function offered(request: WsRequest): readonly string[] {
  const header = request.headers['sec-websocket-protocol'];
  return typeof header === 'string' ? header.split(',').map((protocol) => protocol.trim()) : [];
}

function textOf(data: unknown): Frame {
  return new TextDecoder().decode(bytesOf(data));
}

// `ws` hands out views into a pool; a frame that is kept needs its own bytes.
function bytesOf(data: unknown): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data;
  if (!ArrayBuffer.isView(data)) return new ArrayBuffer(0);
  return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).buffer;
}
