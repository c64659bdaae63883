/** A TCP proxy between a client and a server that produces network faults on demand. */
import { once } from 'node:events';
import { createServer, type Server, type Socket, connect as tcpConnect } from 'node:net';
import { threadId } from 'node:worker_threads';
import { createPipe, type Pipe, type Shape, straight } from './pipe.ts';
import type { Random } from './random.ts';

/** `up`: from the client to the server. */
export type Direction = 'up' | 'down' | 'both';

/** Which links a fault applies to: the open ones, the next ones, or both. */
export type Scope = 'open-links' | 'next-links' | 'all-links';

export type HttpAnswer = 401 | 503 | 302 | 200 | 'garbage';

export interface ProxyRecord {
  readonly atMs: number;
  readonly what: string;
  /** The number of links that are affected. */
  readonly links: number;
}

/** Each verb returns the number of links that it affected. `pass` undoes them all; dispose closes everything. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  readonly log: readonly ProxyRecord[];
  /** TCP connections that are not closed yet, on either side. */
  readonly sockets: number;
  /** Clients that met a black hole or an HTTP answer instead of the server. */
  readonly turnedAway: number;

  /** Forwards all links, open and next, as if there were no proxy. Also heals, releases and admits. */
  pass(): Promise<void>;

  // For all links, open and next, until `pass` or another shape.
  delay(delayMs: number, jitterMs?: number): number;
  bandwidth(bytesPerSecond: number): number;
  slice(sliceBytes: number): number;

  // For the links of the scope.
  /** Half-open: nothing passes any more, and neither end learns of it, nor of a close meanwhile. */
  stall(direction: Direction, scope?: Scope): number;
  /** After this many more bytes to the client, both ends are reset. */
  limit(bytes: number, scope?: Scope): number;

  // For the links that are open now.
  /** Stalled bytes flow again, and nothing is lost: TCP retransmits. New links are not stalled any more either. */
  heal(): number;
  /** Bytes wait, as behind a modem that dials. `release` sends them in one write. */
  hold(direction: Direction): number;
  release(): number;
  /** RST to both ends. */
  reset(): number;
  /** FIN to both ends, without a close frame before it. */
  fin(): number;
  /** Flips the top bit of one byte in the next data: at this offset, or at a random one. */
  corrupt(direction: 'up' | 'down', atByte?: number): number;
  /** Replaces one byte to the client with a control character: the frame may stay valid, but is no JSON. */
  garble(atByte?: number): number;

  // For the next connections, until `admit` or `pass`.
  /** The listener is closed: ECONNREFUSED. */
  refuse(): void;
  admit(): Promise<void>;
  /** Connections are accepted, and never get a byte. */
  blackHole(): void;
  /** Another answer than 101. */
  httpAnswer(answer: HttpAnswer): void;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly up: Pipe;
  readonly down: Pipe;
}

type Door =
  | { readonly kind: 'forward' | 'black-hole' }
  | { readonly kind: 'http'; readonly answer: HttpAnswer };

export interface FaultProxyOptions {
  /** A port on loopback. */
  readonly targetPort: number;
  readonly random: Random;
}

const HOST = '127.0.0.1';

export async function startFaultProxy({ targetPort, random }: FaultProxyOptions): Promise<FaultProxy> {
  const links = new Set<Link>();
  const sockets = new Set<Socket>();
  const log: ProxyRecord[] = [];
  const startedAt = performance.now();
  let door: Door = { kind: 'forward' };
  let shape = straight;
  /** Applied to a link as soon as it exists. */
  let nextStall: Direction | null = null;
  let nextLimit: number | null = null;
  let turnedAway = 0;

  const note = (what: string, count: number): number => {
    log.push({ atMs: Math.round(performance.now() - startedAt), what, links: count });
    return count;
  };
  const each = (act: (link: Link) => void): number => {
    const now = [...links];
    for (const link of now) act(link);
    return now.length;
  };
  const setShape = (what: string, next: Shape): number => {
    shape = next;
    return note(
      what,
      each((link) => {
        for (const pipe of pipesOf(link, 'both')) pipe.setShape(next);
      }),
    );
  };
  const inScope = (what: string, scope: Scope, act: (link: Link) => void, keep: () => void): number => {
    if (scope !== 'open-links') keep();
    return note(`${what} (${scope})`, scope === 'next-links' ? 0 : each(act));
  };
  const shut = (link: Link, direction: Direction): void => {
    for (const pipe of pipesOf(link, direction)) pipe.shut();
  };
  const limitLink = (link: Link, bytes: number): void =>
    link.down.allow(bytes, () => {
      note('limit spent', 1);
      resetLink(link);
    });

  const adopt = (socket: Socket): void => {
    sockets.add(socket);
    socket.setNoDelay(true);
    // A close always follows.
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  };

  const openLink = (client: Socket): void => {
    const server = tcpConnect({ port: targetPort, host: HOST, allowHalfOpen: true });
    adopt(server);
    const link: Link = {
      client,
      server,
      up: createPipe(client, server, random),
      down: createPipe(server, client, random),
    };
    links.add(link);
    note('link opened', 1);
    const onClosed = (): void => {
      if (!client.destroyed || !server.destroyed || !links.delete(link)) return;
      for (const pipe of pipesOf(link, 'both')) pipe.dispose();
      note('link closed', 1);
    };
    client.once('close', onClosed);
    server.once('close', onClosed);
    for (const pipe of pipesOf(link, 'both')) pipe.setShape(shape);
    if (nextStall !== null) shut(link, nextStall);
    if (nextLimit !== null) limitLink(link, nextLimit);
  };

  const accept = (client: Socket): void => {
    adopt(client);
    switch (door.kind) {
      case 'forward':
        return openLink(client);
      case 'black-hole':
        turnedAway += 1;
        client.resume();
        client.once('end', () => client.destroy());
        return;
      case 'http': {
        const text = answerText(door.answer);
        turnedAway += 1;
        client.once('data', () => client.end(text));
        client.once('end', () => client.destroy());
        return;
      }
      default:
        door satisfies never;
    }
  };

  let listener: Server | null = await listenAnywhere(accept);
  const { port } = listener.address() as { readonly port: number };

  let admitting: Promise<void> | null = null;
  const admit = async (): Promise<void> => {
    door = { kind: 'forward' };
    if (listener !== null) return;
    admitting ??= listen(port, accept)
      .then((server) => {
        listener = server;
      })
      .finally(() => {
        admitting = null;
      });
    await admitting;
  };
  const heal = (manner: 'in-turn' | 'at-once'): number => {
    nextStall = null;
    return each((link) => {
      for (const pipe of pipesOf(link, 'both')) pipe.open(manner);
    });
  };
  const closeListener = (): void => {
    // It stops listening at once; its own 'close' waits for every connection.
    listener?.close();
    listener = null;
  };

  return {
    port,
    log,
    get sockets() {
      return sockets.size;
    },
    get turnedAway() {
      return turnedAway;
    },
    async pass() {
      nextLimit = null;
      each((link) => {
        for (const pipe of pipesOf(link, 'both')) pipe.restore();
      });
      setShape('pass', straight);
      heal('in-turn');
      await admit();
    },
    delay: (delayMs, jitterMs = 0) =>
      setShape(`delay ${delayMs} ms + ${jitterMs} ms`, { ...straight, delayMs, jitterMs }),
    bandwidth: (bytesPerSecond) =>
      setShape(`bandwidth ${bytesPerSecond} B/s`, { ...straight, bytesPerSecond }),
    slice: (sliceBytes) => setShape(`slice ${sliceBytes} B`, { ...straight, sliceBytes }),
    stall: (direction, scope = 'open-links') =>
      inScope(
        `stall ${direction}`,
        scope,
        (link) => shut(link, direction),
        () => {
          nextStall = direction;
        },
      ),
    limit: (bytes, scope = 'open-links') =>
      inScope(
        `limit ${bytes} B`,
        scope,
        (link) => limitLink(link, bytes),
        () => {
          nextLimit = bytes;
        },
      ),
    heal: () => note('heal', heal('in-turn')),
    hold: (direction) =>
      note(
        `hold ${direction}`,
        each((link) => shut(link, direction)),
      ),
    release: () => note('release', heal('at-once')),
    reset: () => note('reset', each(resetLink)),
    fin: () =>
      note(
        'fin',
        each(({ client, server }) => {
          client.end();
          server.end();
        }),
      ),
    corrupt: (direction, atByte) =>
      note(
        `corrupt ${direction}`,
        each((link) => link[direction].corruptByte('top-bit', atByte)),
      ),
    garble: (atByte) =>
      note(
        'garble',
        each(({ down }) => down.corruptByte('control', atByte)),
      ),
    refuse() {
      note('refuse', 0);
      closeListener();
    },
    async admit() {
      note('admit', 0);
      await admit();
    },
    blackHole() {
      note('black hole', 0);
      door = { kind: 'black-hole' };
    },
    httpAnswer(answer) {
      note(`http ${answer}`, 0);
      door = { kind: 'http', answer };
    },
    async [Symbol.asyncDispose]() {
      closeListener();
      for (const { up, down } of links) {
        up.dispose();
        down.dispose();
      }
      const closed = [...sockets].map((socket) => once(socket, 'close'));
      for (const socket of sockets) if (!resetting.has(socket)) socket.destroy();
      await Promise.all(closed);
    },
  };
}

function pipesOf(link: Link, direction: Direction): readonly Pipe[] {
  switch (direction) {
    case 'up':
    case 'down':
      return [link[direction]];
    case 'both':
      return [link.up, link.down];
    default:
      direction satisfies never;
      return [];
  }
}

/** Sockets that are being reset. Node leaks a socket that is destroyed meanwhile, and never closes it (EINVAL). */
const resetting = new WeakSet<Socket>();

function resetLink({ client, server }: Link): void {
  for (const socket of [client, server]) {
    if (resetting.has(socket)) continue;
    // After a FIN an RST is impossible, for the same reason.
    if (socket.writableEnded) socket.destroy();
    else {
      resetting.add(socket);
      socket.resetAndDestroy();
    }
  }
}

function answerText(answer: HttpAnswer): string {
  switch (answer) {
    case 401:
      return 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    case 503:
      return 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    case 302:
      return 'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
    case 200:
      return 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<h1>Welcome to the hotel</h1>';
    case 'garbage':
      return '\u0000\u0001 220 mail.example.com ESMTP ready\r\n';
    default:
      answer satisfies never;
      return '';
  }
}

/**
 * Ports below the range that systems assign to clients: while the proxy refuses, no other program gets its port, and a
 * client that retries cannot connect to itself.
 */
const LOWEST_PORT = 20_000;
const PORT_COUNT = 10_000;
let portsTried = 0;

async function listenAnywhere(accept: (socket: Socket) => void): Promise<Server> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    portsTried += 1;
    const offset = (process.pid * 131 + threadId * 37 + portsTried) % PORT_COUNT;
    try {
      return await listen(LOWEST_PORT + offset, accept);
    } catch {
      // The port is in use. Try the next one.
    }
  }
  throw new Error('The fault proxy found no free port.');
}

async function listen(port: number, accept: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, accept);
  server.listen(port, HOST);
  await once(server, 'listening');
  return server;
}
