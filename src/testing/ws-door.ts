/** Opens the real door: a `ws` server on a loopback port, whose clients reach the same server as a page's. */

import type { Arrive, ClientEnd } from './door.ts';
import { FakeServerError } from './errors.ts';
import type { Frame, Listening, ListenOptions } from './types.ts';
import type { WsRequest, WsServer, WsServerOptions, WsSocket } from './ws-types.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);

const OPEN = 1;

/** Opens the port; rejects with a typed error if the host is not loopback or the port is in use. */
export async function openWsDoor(
  options: ListenOptions,
  path: string,
  select: (offered: readonly string[]) => string | undefined,
  arrive: Arrive,
): Promise<Listening> {
  const host = options.host ?? '127.0.0.1';
  if (!LOOPBACK_HOSTS.has(host)) {
    throw new FakeServerError('not-loopback', `a fake server listens on loopback only, never on ${host}`);
  }
  const origin = (port: number): string => `ws://${host.includes(':') ? `[${host}]` : host}:${port}`;
  let port = options.port ?? 0;
  const newcomers = new Map<WsRequest, (socket: WsSocket) => void>();
  const sockets = new Set<WsSocket>();

  const verifyClient: WsServerOptions['verifyClient'] = ({ req }, answer) => {
    const { client, adopt } = createWsClient(req, answer);
    const url = origin(port) + (req.url ?? '/');
    const server = arrive(
      {
        door: 'ws',
        url,
        protocols: offered(req),
        address: new URL(url).pathname === path ? 'ours' : 'unknown',
      },
      client,
    );
    newcomers.set(req, (socket) => {
      adopt(socket);
      newcomers.delete(req);
      sockets.add(socket);
      socket.on('message', (data, isBinary) => server.receive(readData(data, isBinary)));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        server.gone();
      });
    });
    // An HTTP server keeps half-closed sockets: that of a client that gives up its handshake must be destroyed.
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
    handleProtocols: (protocols) => select([...protocols]) ?? false,
  });
  server.on('connection', (socket, request) => newcomers.get(request)?.(socket));
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

interface WsClient {
  readonly client: ClientEnd;
  /** The handshake has succeeded: from now on the client is reached over this socket. */
  adopt(socket: WsSocket): void;
}

function createWsClient(request: WsRequest, answer: (accepted: boolean, status?: number) => void): WsClient {
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
  return {
    client,
    adopt: (adopted) => {
      socket = adopted;
    },
  };
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

function readData(data: unknown, isBinary: boolean): Frame {
  const bytes = bytesOf(data);
  return isBinary ? bytes : new TextDecoder().decode(bytes);
}

// The bytes that `ws` gives are views into a pool; a frame that is kept needs its own.
function bytesOf(data: unknown): ArrayBuffer {
  if (data instanceof ArrayBuffer) return data;
  if (!ArrayBuffer.isView(data)) return new ArrayBuffer(0);
  return new Uint8Array(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)).buffer;
}
