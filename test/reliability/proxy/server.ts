/** An honest server: sessions with an id, numbers and a replay ring, and a log of everything it emitted. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Independent of the fake server that the package ships, so that the two cannot have the same bug. */
export interface SessionServer extends AsyncDisposable {
  readonly port: number;
  /** Every session so far, oldest first, with everything that it emitted. */
  readonly sessions: ReadonlyMap<string, ServedSession>;
  readonly counts: Readonly<Counts>;
  /** Sockets that are not closed yet. */
  readonly sockets: number;
  /** Emits to every living session, with or without a link; kept for those whose link is gone. */
  publish(event: string, data: unknown): void;
  /** Closes every link with this code. */
  closeLinks(code: number): number;
  /** Forgets all sessions, and cuts every link. */
  restart(): number;
}

export interface SessionLog {
  readonly id: string;
  /** Whether the client asked for another session, which was not available any more, or for none. */
  readonly begun: 'unasked' | 'for-another';
  /** The index is the sequence number; 0 is the hello. */
  readonly emitted: readonly Emitted[];
}

export interface ServedSession extends SessionLog {
  readonly life: 'alive' | 'ended';
  /** Of the client that is connected to it. */
  readonly socket: WebSocket | null;
}

export interface Emitted {
  readonly event: string;
  readonly data: unknown;
}

export interface Counts {
  /** Links that were accepted. */
  links: number;
  resumesAsked: number;
  /** Of these, the ones that lost nothing. */
  resumes: number;
  /** Events sent again. */
  replayed: number;
  /** Resumes that came while the old socket still seemed alive. */
  takeovers: number;
  /** Links that were refused for a wrong token. */
  refused: number;
  pings: number;
  requests: number;
}

export interface SessionServerOptions {
  /** How many events a session can send again. */
  readonly ringSize: number;
  readonly token: string;
  /** This many events before the requested one are sent again too, as some servers do to be sure. Default 0. */
  readonly overlap?: number;
}

interface Session extends ServedSession {
  readonly emitted: Emitted[];
  life: 'alive' | 'ended';
  socket: WebSocket | null;
  /** The next number, at the time when the link was last known to be open. */
  detachedAt: number;
}

const OPEN = 1;

export async function startSessionServer({
  ringSize,
  token,
  overlap = 0,
}: SessionServerOptions): Promise<SessionServer> {
  const sessions = new Map<string, Session>();
  const counts: Counts = {
    links: 0,
    resumesAsked: 0,
    resumes: 0,
    replayed: 0,
    takeovers: 0,
    refused: 0,
    pings: 0,
    requests: 0,
  };

  const http = createServer();
  let life: 'open' | 'closing' = 'open';
  const connections = new Set<Duplex>();
  http.on('connection', (connection: Duplex) => {
    if (life === 'closing') return connection.destroy();
    connections.add(connection);
    return connection.once('close', () => connections.delete(connection));
  });
  const wss = new WebSocketServer({
    server: http,
    verifyClient: ({ req }: { readonly req: IncomingMessage }) => {
      const isKnown = queryOf(req).get('token') === token;
      if (!isKnown) counts.refused += 1;
      return isKnown;
    },
  });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');

  const write = (session: Session, seq: number): void => {
    const { socket } = session;
    const emitted = session.emitted[seq];
    if (socket?.readyState === OPEN) socket.send(JSON.stringify({ ...emitted, seq }));
  };
  const emit = (session: Session, event: string, data: unknown): void => {
    session.emitted.push({ event, data });
    write(session, session.emitted.length - 1);
  };
  const end = (session: Session): void => {
    session.life = 'ended';
    session.socket?.terminate();
    session.socket = null;
  };

  const attach = (session: Session, socket: WebSocket): void => {
    const old = session.socket;
    session.socket = socket;
    if (old !== null) {
      counts.takeovers += 1;
      old.terminate();
    }
    socket.once('close', () => {
      if (session.socket !== socket) return;
      session.socket = null;
      session.detachedAt = session.emitted.length;
    });
  };

  const begin = (socket: WebSocket, begun: SessionLog['begun']): void => {
    const id = `session-${sessions.size + 1}`;
    const session: Session = { id, begun, emitted: [], life: 'alive', socket: null, detachedAt: 0 };
    sessions.set(id, session);
    attach(session, socket);
    emit(session, 'hello', { connection_id: id });
  };

  /** The session, if all that the client lacks can be sent again. */
  const resumable = (id: string, nextSeq: number): Session | null => {
    const session = sessions.get(id);
    if (session === undefined || session.life === 'ended') return null;
    const oldest = Math.max(0, session.emitted.length - ringSize);
    return Number.isInteger(nextSeq) && nextSeq >= oldest && nextSeq <= session.emitted.length
      ? session
      : null;
  };

  const greet = (socket: WebSocket, query: URLSearchParams): void => {
    const id = query.get('connection_id');
    if (id === null) return begin(socket, 'unasked');
    counts.resumesAsked += 1;
    const nextSeq = Number(query.get('sequence_number') ?? Number.NaN);
    const session = resumable(id, nextSeq);
    if (session === null) {
      const lost = sessions.get(id);
      if (lost !== undefined) end(lost);
      return begin(socket, 'for-another');
    }
    counts.resumes += 1;
    attach(session, socket);
    // The hello is not sent again: it would mean that a new session begins.
    for (let seq = Math.max(1, nextSeq - overlap); seq < session.emitted.length; seq += 1) {
      counts.replayed += 1;
      write(session, seq);
    }
  };

  const answer = (socket: WebSocket, text: string): void => {
    const frame: unknown = JSON.parse(text);
    const { event, data, seq } = frame as {
      readonly event: string;
      readonly data: unknown;
      readonly seq: number;
    };
    if (event === 'ping') counts.pings += 1;
    else counts.requests += 1;
    switch (event) {
      case 'ping':
        return socket.send(JSON.stringify({ seq_reply: seq, status: 'OK' }));
      case 'ignore':
        return;
      case 'fail':
        return socket.send(
          JSON.stringify({ seq_reply: seq, status: 'FAIL', error: { message: 'As you asked.' } }),
        );
      default:
        return socket.send(JSON.stringify({ seq_reply: seq, status: 'OK', data }));
    }
  };

  wss.on('connection', (socket, request) => {
    counts.links += 1;
    // A close follows. Without this listener, `ws` would throw the error.
    socket.on('error', () => undefined);
    socket.on('message', (data) => answer(socket, String(data)));
    greet(socket, queryOf(request));
  });

  return {
    port: (http.address() as AddressInfo).port,
    sessions,
    counts,
    get sockets() {
      return wss.clients.size;
    },
    publish(event, data) {
      for (const session of sessions.values()) {
        if (session.life === 'ended') continue;
        const isHopeless = session.socket === null && session.emitted.length - session.detachedAt > ringSize;
        if (isHopeless) end(session);
        else emit(session, event, data);
      }
    },
    closeLinks(code) {
      const now = [...wss.clients];
      for (const socket of now) socket.close(code);
      return now.length;
    },
    restart() {
      for (const session of sessions.values()) if (session.life === 'alive') end(session);
      const now = [...wss.clients];
      for (const socket of now) socket.terminate();
      return now.length;
    },
    async [Symbol.asyncDispose]() {
      if (life === 'closing') return;
      life = 'closing';
      const closed = once(http, 'close');
      wss.close();
      http.close();
      // Destroyed one by one: an HTTP server waits for handshakes that never end.
      for (const connection of connections) connection.destroy();
      await closed;
    },
  };
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? '/', 'ws://server.test').searchParams;
}
