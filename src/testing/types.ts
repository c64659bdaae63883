/** The public types of `everwire/testing`: the options, the server, and its records. */

import type { FakeProtocol } from './protocol.ts';
import type { WsServerConstructor } from './ws-types.ts';

/** One frame's content: text, or bytes. */
export type Frame = string | ArrayBuffer;

/** One kind of bad frame. `too-long` is a well-formed event of more than 4,194,304 characters. */
export type GarbleKind =
  | 'json'
  | 'empty'
  | 'array'
  | 'null'
  | 'number'
  | 'string'
  | 'no-event'
  | 'event-not-string'
  | 'unsafe-seq'
  | 'negative-seq'
  | 'fractional-seq'
  | 'string-seq'
  | 'hello-without-id'
  | 'unknown-reply'
  | 'binary'
  | 'too-long';

/** Through which door a client came: the in-page `WebSocket` class, or the real server of `listen()`. */
export type DoorName = 'page' | 'ws';

/** The point at which a client asks to resume. */
export interface ResumePoint {
  /** The `connection_id` of the session to resume. */
  readonly connectionId: string;
  /** The next `seq` that the client expects. */
  readonly sequenceNumber: number;
}

/**
 * How a handshake ended:
 * - `pending`: not answered yet
 * - `new-session`, `resumed`: accepted
 * - `awaiting-token`: accepted, and waiting for the token in an `authenticate` message
 * - `refused`: by `refuse()`, or because the server knows none of the subprotocols offered
 * - `unauthorized`: the token is not accepted
 * - `wrong-address`: not the address of this server
 * - `stalled`: by `stall()`; never answered
 * - `abandoned`: the client went away before the answer
 */
export type HandshakeOutcome =
  | 'pending'
  | 'new-session'
  | 'resumed'
  | 'awaiting-token'
  | 'refused'
  | 'unauthorized'
  | 'wrong-address'
  | 'stalled'
  | 'abandoned';

/** One attempt of a client to connect. `outcome` moves on from `pending` in place. */
export interface HandshakeRecord {
  readonly door: DoorName;
  /** The whole address that was requested, with its query (and so with a token in the query). */
  readonly url: string;
  /** The subprotocols offered. */
  readonly protocols: readonly string[];
  /** From the query or the subprotocols; `null` if there was none. */
  readonly token: string | null;
  /** The resume point in the query; `null` if there was none, or an invalid one. */
  readonly resume: ResumePoint | null;
  readonly outcome: HandshakeOutcome;
  /** When it arrived, in epoch ms. */
  readonly at: number;
}

/** One frame that a client sent. */
export interface ReceivedFrame {
  /** The session of the sender; `null` before it has one. */
  readonly connectionId: string | null;
  /** The event name; `null` if the frame is not an object with one. */
  readonly event: string | null;
  readonly data: unknown;
  /** The client's own number of this frame, from 1; `null` if it has none. */
  readonly seq: number | null;
  /** The frame as it was received. */
  readonly raw: Frame;
  /** When it arrived, in epoch ms. */
  readonly at: number;
}

/** The receivers of an event, and its fields besides the data. */
export interface EmitOptions {
  /** Copied into the frame as it is. */
  readonly broadcast?: unknown;
  /** Only this session. Default: every session, those without a live socket included. */
  readonly to?: FakeConnection;
}

/** One live link, from the server's side. It stays usable as an identity after the link has ended. */
export interface FakeConnection {
  /** The id of its session, as in the `hello`. */
  readonly connectionId: string;
  readonly door: DoorName;
  /** The address the client asked for, query included. */
  readonly url: string;
  /** The token it was accepted with; `null` if there was none. */
  readonly token: string | null;
  /** Whether it resumed an earlier session. */
  readonly resumed: boolean;
  /** Whether the server still holds this link. */
  readonly live: boolean;
  /** The `seq` that the next event of this session will carry. */
  readonly nextSeq: number;
  /** The channels that its session has joined. */
  readonly channels: readonly string[];
  /** Sends one numbered event to this session only. */
  emit(event: string, data?: unknown, options?: Pick<EmitOptions, 'broadcast'>): void;
  /** Sends any bytes to this link, unnumbered. */
  sendRaw(frame: Frame): void;
  /** Closes this link cleanly. No code: an empty close frame, which the client sees as 1005. */
  close(code?: number, reason?: string): void;
  /** Cuts this link without a close frame: 1006 at the client. */
  drop(): void;
  /** Lets nothing in or out of this link until `thaw()`. */
  freeze(): void;
  /** Delivers what `freeze()` held back, in order. */
  thaw(): void;
}

/** The second argument of a request handler. */
export interface RequestContext {
  /** The connection that the request came over. */
  readonly connection: FakeConnection;
  /** The server's `emit`. */
  readonly emit: FakeServer['emit'];
}

/**
 * Answers one request. What it returns, or resolves with, is the `data` of an OK reply; what it throws becomes
 * the `error` of a FAIL reply (its `message`, and its `id` if that is a string). A frame without `seq` is
 * handled but not answered. What an async generator yields are the parts of a streamed reply; if the client leaves it, the
 * generator is ended.
 */
export type RequestHandler = (data: unknown, context: RequestContext) => unknown;

/**
 * When a session is resumed:
 * - `idle`: like a careful server: only if its socket is gone and no event is missing in the ring
 * - `takeover`: as `idle`, but a socket that the server still holds is cut in favour of the new one
 * - `never`: every connection is a new session
 * - `always`: like a faulty server: every known id is resumed, even if events are missing in the ring
 */
export type ResumePolicy = 'idle' | 'takeover' | 'never' | 'always';

/**
 * Decides whether a client may join a channel. `false`, or what it throws or rejects with (its `message`, and its `id` if that
 * is a string), refuses the join. The answer waits for a promise.
 */
export type JoinHandler = (channel: string, connection: FakeConnection) => unknown;

/**
 * What a server does where servers differ:
 * - `lenient`: a request without a handler is not answered, so that a test can see its timeout; a token in the handshake that is
 *   not accepted is refused with the handshake, as with the status 401; a session may be continued with any token
 * - `protocol`: as docs/protocol.md asks of a server, and as `everwire/server` does: such a request fails with the id `unknown`,
 *   such a token closes the open socket with 4401, and a session is continued by its user only (`userOf`)
 */
export type FakeRules = 'lenient' | 'protocol';

/** Everything is optional. */
export interface FakeServerOptions {
  /** Address of the in-page door; the real door serves the same path. Default `ws://fake.everwire.test/ws`. */
  readonly url?: string;
  /** Events kept per session for a resume. Default 128. */
  readonly ringSize?: number;
  /** How clients are spoken to. Default: the envelope protocol. */
  readonly protocol?: FakeProtocol;
  /** Subprotocols that are accepted besides those of the protocol; the first that a client offers is selected. */
  readonly subprotocols?: readonly string[];
  /** Greet a new session with `hello`, in the envelope protocol. Default true. */
  readonly hello?: boolean;
  /** Put `seq` on events. Default true. Without it no session can be resumed. */
  readonly numbered?: boolean;
  /** The token accepted, or a function that decides; `null`: the client brought none. Default: every client. */
  readonly token?: string | ((token: string | null) => boolean);
  /** What the server does where servers differ. Default `lenient`. */
  readonly rules?: FakeRules;
  /**
   * Whose a token is; `null`: the client brought none. Only the same user continues a session. Default: all are one user, and
   * with the rules `protocol` each token is a user of its own, so that a token that is renewed needs it.
   */
  readonly userOf?: (token: string | null) => unknown;
  /** Answer pings: in the envelope protocol with an OK reply and `'pong'`. Default true. */
  readonly pong?: boolean;
  /** When a session is resumed. Default `idle`. */
  readonly resume?: ResumePolicy;
  /** How long each frame and each opening takes, one way, in ms. Default 0. */
  readonly latencyMs?: number;
  /** How fast `bufferedAmount` of an in-page socket drains, in bytes per ms. Default: at the next timer. */
  readonly drainBytesPerMs?: number;
  /** `server_version` of the `hello`. Default: none. */
  readonly serverVersion?: string;
  /** Request handlers by event name. */
  readonly handlers?: Readonly<Record<string, RequestHandler>>;
  /** Who may join which channel. Default: everybody may join all. */
  readonly join?: JoinHandler;
  /**
   * Put a `position` on events, and keep the newest events of each channel (as many as `ringSize`), so that a channel can be
   * joined from a position. They outlive `restart()`. Default false.
   */
  readonly positions?: boolean;
  /** Source of the session ids. Default `Math.random`. */
  readonly random?: () => number;
  /** Clock of the records, in epoch ms. Default `Date.now`. */
  readonly now?: () => number;
}

/** The faults that are on now. A new object after each change. */
export interface FaultState {
  /** Handshakes still to refuse. */
  readonly refusing: number;
  /** Handshakes still to leave unanswered. */
  readonly stalling: number;
  /** Events still to lose. */
  readonly losing: number;
  /** Links that are frozen. */
  readonly frozen: number;
  /** How long each frame and opening takes, in ms. */
  readonly latencyMs: number;
}

/** Where the real door listens. */
export interface ListenOptions {
  /** `WebSocketServer` of the package `ws` (8 or newer). */
  readonly WebSocketServer: WsServerConstructor;
  /** Default 0: a free one. */
  readonly port?: number;
  /** A loopback host. Default `127.0.0.1`. */
  readonly host?: string;
}

/** The real door while it is open. */
export interface Listening {
  /** The address to connect to, with the port in it. */
  readonly url: string;
  /** Cuts the links of this door and stops listening. */
  close(): Promise<void>;
}

/** How long to wait. */
export interface WaitOptions {
  /** In ms. Default: no limit. */
  readonly timeout?: number;
}

/** A fake server that uses the envelope protocol, or another one. Each fault is a method. */
export interface FakeServer {
  /** Address of the in-page door. */
  readonly url: string;
  /** A class with a browser's rules whose sockets reach this server. Pass it to the app, if the app allows that. */
  readonly WebSocket: typeof globalThis.WebSocket;
  /**
   * Puts that class in place of `globalThis.WebSocket`, for an app that can't be passed one. Call it before the app
   * connects. Only sockets to this server's `url` are the fake's; others, such as those of a dev server, are of the
   * class that was there before. Returns a function that restores it; it may be called twice, and those of
   * several servers in any order, and throws `global-replaced` while another class is installed on top. `dispose()`
   * restores it too. Nothing is patched unless this is called.
   */
  installGlobal(): () => void;
  /** Opens the second door: a real server on a loopback port. */
  listen(options: ListenOptions): Promise<Listening>;

  /** The links that the server holds, oldest first. A new array after each change. */
  readonly connections: readonly FakeConnection[];
  /** Sockets that are CONNECTING or OPEN at the client, through either door. */
  readonly socketCount: number;
  /** In-page sockets ever constructed, for any address. */
  readonly socketsConstructed: number;
  /** Handshakes ever, through either door. */
  readonly attempts: number;
  /** The newest 10,000 frames of clients, oldest first. The same array always. */
  readonly received: readonly ReceivedFrame[];
  /** The newest 10,000 handshakes, oldest first. The same array always. */
  readonly handshakes: readonly HandshakeRecord[];
  /** The faults that are on. */
  readonly faults: FaultState;

  /** The newest live connection, now or as soon as there is one. */
  connected(options?: WaitOptions): Promise<FakeConnection>;
  /** The next frame of a client, or the next of that event name. */
  message(event?: string, options?: WaitOptions): Promise<ReceivedFrame>;
  /** Calls the listener with every client frame, until the returned function is called. */
  onMessage(listener: (frame: ReceivedFrame) => void): () => void;
  /** Calls the listener after every change of sockets, connections, handshakes and faults. */
  onChange(listener: () => void): () => void;
  /** Answers requests of this name from now on; the last handler of a name is used. */
  handle(event: string, handler: RequestHandler): void;

  /** Sends an event to every session; those without a live socket find it in their ring at a resume. */
  emit(event: string, data?: unknown, options?: EmitOptions): void;
  /** Sends an event to every session that has joined the channel. */
  publish(channel: string, event: string, data?: unknown): void;
  /** The ids of the sessions that have joined the channel. */
  members(channel: string): readonly string[];
  /** Decides about joins from now on. */
  handleJoin(handler: JoinHandler): void;
  /** Ends the membership of every session, or of one: its client gets the event `left`, with the reason. */
  endMembership(channel: string, options?: { readonly reason?: string; readonly to?: FakeConnection }): void;
  /** Forgets the past events of all channels: none can be joined from a position before now. */
  trim(): void;
  /** Sends any bytes to every live link, unnumbered. */
  sendRaw(frame: Frame): void;

  /** The next `times` handshakes fail (error, close 1006). Default: all, until `refuse(false)`. */
  refuse(times?: number | false): void;
  /** The next `times` handshakes are never answered. Default: all, until `stall(false)`. */
  stall(times?: number | false): void;
  /** Cuts every link without a close frame: 1006 at the client. What was still on its way is lost. */
  drop(): void;
  /** Closes every link cleanly. No code: an empty close frame, which the client sees as 1005. */
  close(code?: number, reason?: string): void;
  /**
   * Makes every link of this moment half-open: nothing goes in or out, and a client's `close()` hangs in CLOSING.
   * New handshakes are not touched (see `stall()`), and the server still counts the frozen links as live.
   */
  freeze(): void;
  /** Delivers what was held back, in order, as TCP would. */
  thaw(): void;
  /** From now on each frame and each opening takes `ms`, one way; 0 turns it off. Order is always kept. */
  delay(ms: number): void;
  /** Skips `n` sequence numbers of every session: a gap that no resume can fill. Default 1. */
  skip(n?: number): void;
  /** The next `n` events are numbered and kept, but not sent: a gap that a resume fills. Default 1. */
  lose(n?: number): void;
  /** Sends the newest event of each live session once more, with its old `seq`. */
  duplicate(): void;
  /** Sends one bad frame to every live link. Default `json`. */
  garble(kind?: GarbleKind): void;
  /** Cuts all links and forgets all sessions, like a restarted process. Ids are never reused. */
  restart(): void;
  /** Cuts all links, clears all timers and rejects all waits. New sockets are refused from then on. */
  dispose(): void;
}
