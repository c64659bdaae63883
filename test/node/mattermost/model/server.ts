/**
 * A model of a Mattermost server's WebSocket, after its sources. It has no network of its own: doors connect the links.
 */

/** The client's end of a link, as the server uses it. */
export interface Peer {
  send(frame: string): void;
  /** Sends a close frame; without a code, an empty one. */
  close(code?: number): void;
  /** Ends the TCP connection without a close frame. */
  cut(): void;
}

/** The server's end of a link, as a door uses it. */
export interface Upgraded {
  receive(frame: string): void;
  /** The client is gone. */
  gone(): void;
}

export interface ModelOptions {
  /** Whether each handshake carries the session's cookie. Default false. */
  readonly cookie?: boolean;
  /** The token that an authentication challenge must contain. */
  readonly token?: string;
}

export interface MattermostModel {
  /** The query of every handshake, from its `?` on. */
  readonly queries: readonly string[];
  /** Every text frame that was received, in order, by link. */
  readonly received: readonly (readonly string[])[];
  readonly liveLinks: number;
  /** Accepts an upgrade. */
  upgrade(url: string, peer: Peer): Upgraded;

  /** Sends an event to every connection, or keeps it for those that are away. */
  emit(event: string, data?: Readonly<Record<string, unknown>>): void;
  /** The next event is numbered and kept, but not delivered: a gap that a resume fills. */
  lose(): void;
  /** Skips a number, and claims at every resume that nothing is missing: a gap that nothing fills. */
  skipForGood(): void;
  /** Sends a text to every link, unchanged. */
  sendRaw(frame: string): void;
  /** Cuts every link. */
  drop(): void;
  /** Closes every link with a close frame. */
  close(code?: number): void;
  /** Forgets all connections, as a restart does. */
  forget(): void;
  /** Expires the session: events are withheld, and every action is refused. No link is closed. */
  expire(): void;
  /** The next handshakes have a valid session again. */
  renew(): void;
  /** The current links no longer carry anything, in either direction. */
  freeze(): void;
}

/** The size of the queue of frames that were already written. */
const DEAD_QUEUE = 128;
const MAX_FRAME_BYTES = 8_192;
const AUTH_CHECK_MS = 5_000;

interface WebConn {
  id: string;
  /** The number of the next event. */
  seq: number;
  dead: { readonly seq: number; readonly frame: string }[];
  waiting: { readonly event: string; readonly data: unknown }[];
  link: Link | null;
}

interface Link {
  readonly peer: Peer;
  readonly index: number;
  session: 'none' | 'good';
  conn: WebConn | null;
  state: 'live' | 'frozen' | 'over';
  authTimer: ReturnType<typeof setTimeout> | undefined;
}

export function createMattermostModel({
  cookie = false,
  token = 'xoxo',
}: ModelOptions = {}): MattermostModel {
  const queries: string[] = [];
  const received: string[][] = [];
  const conns = new Map<string, WebConn>();
  const links = new Set<Link>();
  let session: 'good' | 'expired' = 'good';
  let lost = 0;
  let gap: 'none' | 'for-good' = 'none';
  let ids = 0;

  const newId = (): string => {
    ids += 1;
    return `hzg47a5pmtnstk5yh3ymz${String(ids).padStart(5, '0')}`;
  };

  const end = (link: Link): void => {
    clearTimeout(link.authTimer);
    link.state = 'over';
    links.delete(link);
    if (link.conn?.link === link) link.conn.link = null;
  };

  const cut = (link: Link): void => {
    end(link);
    link.peer.cut();
  };

  const send = (link: Link, frame: string): void => {
    if (link.state === 'live') link.peer.send(frame);
  };

  const write = (conn: WebConn, event: string, data: unknown): void => {
    const broadcast = {
      omit_users: null,
      user_id: '',
      channel_id: '',
      team_id: '',
      connection_id: '',
      omit_connection_id: '',
    };
    const frame = JSON.stringify({ event, data, broadcast, seq: conn.seq });
    conn.dead.push({ seq: conn.seq, frame });
    if (conn.dead.length > DEAD_QUEUE) conn.dead.shift();
    conn.seq += 1;
    if (lost > 0) lost -= 1;
    else if (conn.link !== null) send(conn.link, frame);
  };

  const hello = (conn: WebConn): void =>
    write(conn, 'hello', {
      connection_id: conn.id,
      server_hostname: 'mm-1',
      server_version: '11.9.0.1.abc.true',
    });

  const register = (link: Link): void => {
    link.session = 'good';
    clearTimeout(link.authTimer);
    const conn: WebConn = { id: newId(), seq: 0, dead: [], waiting: [], link };
    conns.set(conn.id, conn);
    link.conn = conn;
    hello(conn);
  };

  /** Resumes a known connection, or starts a new one with a hello if too much of it is lost. */
  const resume = (link: Link, conn: WebConn, next: number): void => {
    link.conn = conn;
    conn.link = link;
    if (gap === 'none' && next !== 0) {
      const at = conn.dead.findIndex(({ seq }) => seq === next);
      const isLossless = conn.dead.at(-1)?.seq === next - 1;
      if (at >= 0) for (const { frame } of conn.dead.slice(at)) send(link, frame);
      if (at < 0 && !isLossless) {
        conns.delete(conn.id);
        conn.id = newId();
        conns.set(conn.id, conn);
        Object.assign(conn, { dead: [], seq: 0 });
        hello(conn);
      }
    }
    // No replay and no hello: the numbering just starts again.
    if (next === 0) Object.assign(conn, { dead: [], seq: 0 });
    for (const { event, data } of conn.waiting.splice(0)) write(conn, event, data);
  };

  const reply = (link: Link, seq: number, data?: unknown): void =>
    send(link, JSON.stringify({ status: 'OK', seq_reply: seq > 0 ? seq : undefined, data }));

  const fail = (link: Link, seq: number, id: string, status: number): void => {
    const error = {
      id: `api.web_socket_router.${id}.app_error`,
      message: id,
      detailed_error: '',
      status_code: status,
    };
    send(link, JSON.stringify({ status: 'FAIL', seq_reply: seq > 0 ? seq : undefined, error }));
  };

  const serve = (link: Link, { action, seq, data }: Request): void => {
    if (typeof action !== 'string' || action === '') return fail(link, seq, 'no_action', 400);
    if (!(seq > 0)) return fail(link, seq, 'bad_seq', 400);
    if (action === 'authentication_challenge') {
      // A link that is already authenticated gets no answer.
      if (link.session === 'good') return;
      if (data?.['token'] !== token || session === 'expired') return cut(link);
      register(link);
      return reply(link, seq);
    }
    if (link.session === 'none' || session === 'expired') return fail(link, seq, 'not_authenticated', 401);
    switch (action) {
      case 'ping':
        return reply(link, seq, {
          text: 'pong',
          version: '11.9.0',
          server_time: 1_767_600_000_000,
          node_id: '',
        });
      case 'get_statuses':
        return reply(link, seq, { u1: 'online' });
      case 'presence':
      case 'user_typing':
      case 'posted_notify_ack':
        return reply(link, seq);
      default:
        if (!action.startsWith('custom_')) fail(link, seq, 'bad_action', 500);
    }
  };

  return {
    queries,
    received,
    get liveLinks() {
      return links.size;
    },
    upgrade(url, peer) {
      queries.push(url.slice(url.indexOf('?')));
      const frames: string[] = [];
      received.push(frames);
      const link: Link = {
        peer,
        index: received.length,
        session: 'none',
        conn: null,
        state: 'live',
        authTimer: undefined,
      };
      links.add(link);
      const query = new URL(url, 'ws://server.test').searchParams;
      const id = query.get('connection_id') ?? '';
      const next = query.get('sequence_number') ?? '';
      const isKnown = cookie && session === 'good';
      if (isKnown) link.session = 'good';
      const isBad = id !== '' && (!/^[a-z0-9]{26}$/.test(id) || !/^\d+$/.test(next));
      const conn = isKnown ? conns.get(id) : undefined;
      if (isBad) cut(link);
      else if (conn !== undefined && conn.link === null) resume(link, conn, Number(next));
      else if (isKnown) register(link);
      else link.authTimer = setTimeout(() => link.session === 'none' && cut(link), AUTH_CHECK_MS);
      return {
        receive(frame) {
          if (link.state !== 'live') return;
          frames.push(frame);
          if (Buffer.byteLength(frame) > MAX_FRAME_BYTES) {
            end(link);
            return peer.close(1009);
          }
          const request = parse(frame);
          if (request === null) cut(link);
          else serve(link, request);
        },
        gone: () => end(link),
      };
    },
    emit(event, data = {}) {
      if (session === 'expired') return;
      for (const conn of conns.values()) {
        if (conn.link === null) conn.waiting.push({ event, data });
        else write(conn, event, data);
      }
    },
    lose: () => {
      lost += 1;
    },
    skipForGood() {
      gap = 'for-good';
      for (const conn of conns.values()) conn.seq += 1;
    },
    sendRaw(frame) {
      for (const link of links) send(link, frame);
    },
    drop() {
      for (const link of [...links]) cut(link);
    },
    close(code) {
      for (const link of [...links]) {
        end(link);
        link.peer.close(code);
      }
    },
    forget: () => conns.clear(),
    expire: () => {
      session = 'expired';
    },
    renew: () => {
      session = 'good';
    },
    freeze() {
      for (const link of links) link.state = 'frozen';
    },
  };
}

interface Request {
  readonly action: unknown;
  readonly seq: number;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
}

function parse(frame: string): Request | null {
  try {
    return JSON.parse(frame) as Request;
  } catch {
    return null;
  }
}
