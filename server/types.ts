/** The public types of `everwire/server`. */
import type { StandardSchemaV1 } from '../src/types.ts';
import type { HubError } from './hub-error.ts';

/**
 * The types that a server and its clients share. Each part is optional. A client registers the same type:
 * `declare module 'everwire' { interface Register extends App {} }`.
 */
export interface HubTypes {
  /** What `authenticate` returns. */
  user?: unknown;
  /** Sent to clients: name to data. */
  events?: object;
  /** What clients `send`: name to data. */
  messages?: object;
  /** What clients `request`: name to `(data) => reply`. */
  requests?: object;
  /** Names of channels, or a map of them that says which events each has: name to events, which are name to data. */
  channels?: string | object;
}

/** Without types of the app: any name, and `unknown` data. */
export type Untyped = Record<never, never>;

type Part<App extends HubTypes, Key extends keyof HubTypes, Default> =
  Required<App> extends Record<Key, infer Value> ? Value : Default;

type UserOf<App extends HubTypes> = Part<App, 'user', unknown>;
type EventsOf<App extends HubTypes> = Part<App, 'events', Record<string, unknown>>;
type MessagesOf<App extends HubTypes> = Part<App, 'messages', Record<string, unknown>>;
type RequestsOf<App extends HubTypes> = Part<App, 'requests', Record<string, (data: unknown) => unknown>>;
type ChannelsOf<App extends HubTypes> = Part<App, 'channels', string>;
type ChannelOf<App extends HubTypes> =
  ChannelsOf<App> extends string ? ChannelsOf<App> : Extract<keyof ChannelsOf<App>, string>;

/** The events that can be published to a target: those of a channel, if `channels` is a map, or all. */
type EventsTo<App extends HubTypes, To> = [To] extends [never]
  ? EventsOf<App>
  : To extends { readonly channel: infer Channel }
    ? EventsIn<App, Channel>
    : EventsOf<App>;

type EventsIn<App extends HubTypes, Channel> =
  ChannelsOf<App> extends string
    ? EventsOf<App>
    : Channel extends keyof ChannelsOf<App>
      ? ChannelsOf<App>[Channel]
      : never;

/**
 * A place in the log: two whole numbers joined by a hyphen, such as `1700000000000-3`. Ordered by the first number, then by
 * the second. Clients do not interpret it.
 */
export type Position = string;

/** Who gets an event. `user` is what `identify` returns. */
export type Target<App extends HubTypes = Untyped> =
  | { readonly all: true }
  | { readonly user: string }
  | { readonly session: string }
  | { readonly channel: ChannelOf<App> };

/** Whose membership in a channel ends: everybody's, that of a user's sessions, or of one session. */
export type LeaveTarget = Exclude<Target, { readonly channel: string }>;

/** An entry of the log, before it has a position. */
export type NewEntry =
  /** `data` is JSON text: it is encoded once, not once for each client. */
  | { readonly kind: 'event'; readonly target: Target; readonly event: string; readonly data: string }
  /** A socket takes the session over. A socket with an earlier claim on the session must stop writing to it. */
  | { readonly kind: 'claim'; readonly session: string; readonly owner: string }
  /** The session was ended: its user has too many. */
  | { readonly kind: 'ended'; readonly session: string }
  /** The server ends the membership of these sessions in the channel. `reason` is told to their clients. */
  | {
      readonly kind: 'left';
      readonly target: LeaveTarget;
      readonly channel: string;
      readonly reason: string | null;
    }
  /** Keeps the positions of quiet sessions in the log. */
  | { readonly kind: 'marker' };

export type Entry = NewEntry & { readonly position: Position };

/** A session's membership in a channel. */
export interface Membership {
  /** The position after which the session reads the channel. */
  readonly since: Position;
  /** The number of the join among the session's joins. A client that has the answer to it passes back this number or a later one. */
  readonly join: number;
  /**
   * The position at which the server has ended it. Kept until the client is known to have been told, because it may come back
   * to any process without having got it.
   */
  readonly until?: Position;
}

/** What a session needs to be continued by any process. */
export interface SessionRecord {
  readonly id: string;
  /** What `identify` returned. Only the same user may resume the session. */
  readonly user: string;
  /** Where the session began: nothing before it is ever sent to it. */
  readonly since: Position;
  /** The channels that it has joined, by name. */
  readonly channels: Readonly<Record<string, Membership>>;
  /** How many joins were answered in it. */
  readonly joins: number;
  /** The claim of the socket that saved the record. A record with an earlier one must not replace it. */
  readonly claim: Position;
  /** Whether a socket holds it, or it waits for its client to come back. */
  readonly holder: 'socket' | 'none';
}

/** What a log needs to find a session. */
export type SessionRef = Pick<SessionRecord, 'id' | 'user' | 'since'>;

/** An ordered log of one space, and the records of its sessions. `memoryLog()` and `redisLog()` implement it. */
export interface EventLog {
  /** Stores an entry. Resolves with its position once it is stored; rejects if it may not be. */
  append(entry: NewEntry): Promise<Position>;
  /** At most `limit` entries after the position, in order. `trimmed`: the entry at `after` is no longer, or was never, in the log. */
  read(after: Position, limit: number): Promise<readonly Entry[] | 'trimmed'>;
  /** At most `limit` entries up to the position, its own included, newest first. Fewer only at the start of the log. */
  readBack(upTo: Position, limit: number): Promise<readonly Entry[]>;
  /**
   * Passes every entry after the position to `onEntries`, in order, until the signal aborts. Retries by itself while the log
   * can't be reached. Calls `onTrimmed` if entries were removed before they were read; then it goes on with those that are left.
   */
  tail(
    after: Position,
    onEntries: (entries: readonly Entry[]) => void,
    signal: AbortSignal,
    onTrimmed: () => void,
  ): void;
  /**
   * Stores or refreshes the record, in one step: it is forgotten after `ttlMs`. `superseded`: the stored one has a later
   * claim, and stays.
   */
  saveSession(record: SessionRecord, ttlMs: number): Promise<'saved' | 'superseded'>;
  loadSession(id: string): Promise<SessionRecord | null>;
  endSession(session: SessionRef): Promise<void>;
  /**
   * The user's sessions that are too many, oldest first: those with a socket beyond the newest `limit` of them, and those that
   * wait for their client beyond the newest `limit` of these. Every new session asks, so it must not read all of them.
   */
  sessionsBeyond(user: string, limit: number): Promise<readonly SessionRef[]>;
  /** How long entries and the records of sessions are kept; ms. */
  readonly keepMs: number;
}

/** A socket as `ws` has it. Others need a few lines around them. */
export interface HubSocket {
  /** Bytes that have not left the process. Without it, slow clients are not noticed. */
  readonly bufferedAmount?: number;
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Cuts the socket without a handshake. Default: `close`. */
  terminate?(): void;
  /**
   * Sends a ping frame with this text, which browsers answer with the same text. Without it, half-open sockets are found only
   * when the system finds them.
   */
  ping?(text: string): void;
  on(event: 'message', listener: (data: unknown, isBinary?: boolean) => void): unknown;
  on(event: 'pong', listener: (data?: unknown) => void): unknown;
  on(event: 'close' | 'error', listener: () => void): unknown;
}

/** The HTTP request of the handshake. */
export interface HubRequest {
  readonly url?: string | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** A client's session, as handlers get it. */
export interface HubSession<App extends HubTypes = Untyped> {
  readonly id: string;
  readonly user: UserOf<App>;
  /** The channels that it has joined. */
  readonly channels: readonly ChannelOf<App>[];
  /** Publishes an event to this session alone. */
  publish: Publish<App>;
  /** Ends its membership in the channel: its client is told with the event `left`. See `hub.leave`. */
  leave(channel: ChannelOf<App>, options?: LeaveOptions): Promise<void>;
}

export interface LeaveOptions {
  /** For the client's program, such as `closed`. */
  readonly reason?: string;
}

/** What a handler knows about a message beside its data. */
export interface MessageContext<App extends HubTypes = Untyped> {
  /** The channel that it was sent to, which the session has joined. Undefined for other messages. */
  readonly channel: ChannelOf<App> | undefined;
}

/**
 * Whether a session may read a channel. `since`: only what was published after this position, such as that of the event with
 * which the user was added to a room.
 */
export type JoinVerdict = boolean | { readonly since: Position };

export interface JoinContext {
  /** `join`: the client asks for it. `resume`: it was joined before, and the session is continued after a lost link. */
  readonly reason: 'join' | 'resume';
}

export interface HubChannels<App extends HubTypes = Untyped> {
  /**
   * Whether the session may join the channel, and read what the log has of it. Asked for each join, and again when a session
   * is continued. Throw `HubError` to refuse with an id and a message of your own. What else is thrown is logged, and the client
   * asks again later, as after five seconds without an answer.
   */
  join(
    name: ChannelOf<App>,
    session: HubSession<App>,
    context: JoinContext,
  ): JoinVerdict | Promise<JoinVerdict>;
}

type Publish<App extends HubTypes> = <Name extends Extract<keyof EventsOf<App>, string>>(
  event: Name,
  ...data: DataArguments<EventsOf<App>[Name]>
) => Promise<Position>;

type DataArguments<Data> = undefined extends Data ? [data?: Data] : [data: Data];

/** How clients are told apart, and what one client may use. */
export interface HubLimits {
  /**
   * The largest frame that a client may send; bytes. Default 65,536. A larger one closes the socket with 1009. With channels, a
   * join or a leave may have 65,536 in any case.
   */
  frameBytes?: number;
  /** Bytes that may wait for a slow client. Default 4 MiB. Above, its socket is cut; the client resumes from the log. */
  slowBytes?: number;
  /**
   * Sessions with a socket that a user may have. Default 50. For one more, the oldest is ended: its socket is closed with
   * 4408. As many that wait for their client to come back are kept beside them.
   */
  sessionsPerUser?: number;
  /**
   * Messages and requests of one socket per second. Default 100. Ten times as many may come at once, as from a client that was
   * away. More are answered with FAIL, and do not reach their handler; a socket that goes on like that is closed with 4429.
   */
  messagesPerSecond?: number;
  /** Channels that a session may have joined. Default 1,000. More are refused with `too-many-channels`. */
  channelsPerSession?: number;
}

export interface AuthenticateContext<Request extends HubRequest = HubRequest> {
  /** Undefined if the client sent none: a cookie may be in `request.headers`. */
  readonly token: string | undefined;
  readonly request: Request;
  /** Aborted after five seconds, and when the socket closes. */
  readonly signal: AbortSignal;
}

export interface HubOptions<App extends HubTypes = Untyped, Request extends HubRequest = HubRequest> {
  /** Where events and sessions are kept. Default `memoryLog()`: this process, and nothing after it. */
  log?: EventLog;
  /** Returns the user, or null: the socket is then closed with 4401. If it throws, with 1013: the client comes back. */
  authenticate: (context: AuthenticateContext<Request>) => UserOf<App> | null | Promise<UserOf<App> | null>;
  /**
   * Where clients that sign in have their token. `handshake` (default): in the address, a subprotocol or a cookie; only a
   * client for which `authenticate` returns null without a token is waited for to send one. `message`: in the first message
   * (the client's `auth: 'message'`). It is needed where `authenticate` lets in guests, who send none: `authenticate` is then
   * called for a guest when another message comes first, or nothing within five seconds.
   */
  tokenIn?: 'handshake' | 'message';
  /** A text that is the same for each of a user's sign-ins, and differs between users. */
  identify: (user: UserOf<App>) => string;
  /** Origins that may connect, such as `https://example.com`. Default: any. Requests without an Origin are no browsers, and pass. */
  origins?: readonly string[];
  /** Answers `request()`: the returned or resolved value is the reply. Throw `HubError` to fail with an id and a message. */
  requests?: {
    readonly [Name in keyof RequestsOf<App>]?: RequestHandler<App, RequestsOf<App>[Name]>;
  };
  /** Receives `send()`. */
  messages?: {
    readonly [Name in keyof MessagesOf<App>]?: (
      data: MessagesOf<App>[Name],
      session: HubSession<App>,
      context: MessageContext<App>,
    ) => Ignored;
  };
  /** Who may join which channel. Without it, there are no channels. */
  channels?: HubChannels<App>;
  /**
   * Standard Schemas (zod, valibot, arktype) for what clients send, by the name of the message or request. The handler gets
   * what the schema returns.
   */
  schemas?: {
    readonly [Name in keyof MessagesOf<App>]?: StandardSchemaV1<unknown, MessagesOf<App>[Name]>;
  } & {
    readonly [Name in keyof RequestsOf<App>]?: StandardSchemaV1<unknown, RequestData<RequestsOf<App>[Name]>>;
  };
  limits?: HubLimits;
  logger?: HubLogger;
  /** For tests. Default `Date.now`. */
  clock?: () => number;
  /** For tests: a number from 0 to 1. Default `Math.random`. Never used for ids. */
  random?: () => number;
}

/**
 * What a handler may return: anything. With `unknown`, TypeScript would have to know what it returns, and
 * `const hub = createHub({ messages: { say: () => hub.publish(…) } })` would refer to its own type.
 */
// biome-ignore lint/suspicious/noExplicitAny: only `any` and `void` are not compared, and linters refuse a promise for `void`.
type Ignored = any;

type RequestHandler<App extends HubTypes, Signature> = Signature extends (...data: never[]) => infer Reply
  ? (
      data: RequestData<Signature>,
      session: HubSession<App>,
      context: MessageContext<App>,
    ) => unknown extends Reply ? Ignored : Reply | Promise<Awaited<Reply>>
  : never;

type RequestData<Signature> = Signature extends (...data: infer Data) => unknown
  ? Data extends []
    ? undefined
    : Data[0]
  : never;

/** Any logger with these methods: console, pino, winston. */
export interface HubLogger {
  info(message: string, details?: object): void;
  warn(message: string, details?: object): void;
  error(message: string, details?: object): void;
}

export interface HubStats {
  /** Open sockets, those in a handshake included. */
  readonly sockets: number;
  /** Sessions that a socket of this process holds. */
  readonly sessions: number;
  /** How old the newest entry was when this process read it; ms. Null before the first. */
  readonly logLagMs: number | null;
  /** Sessions that were resumed, since the start. */
  readonly resumed: number;
  /** Resumes that were refused, since the start, by reason. Each became a new session. */
  readonly refused: Readonly<Record<RefusedResume, number>>;
  /** Sockets that the hub closed, since the start, by close code. */
  readonly closed: Readonly<Record<number, number>>;
  /** Messages that no handler got, since the start, by reason. The sender of a request was told. */
  readonly dropped: Readonly<Record<DroppedMessage, number>>;
}

/** Why no handler got a message: the client sends more than `messagesPerSecond`, or too many of its messages wait for handlers. */
export type DroppedMessage = 'too-many-messages' | 'busy';

/** Why a session was not resumed: no record, another user's, a position before its start or that is no longer in the log. */
export type RefusedResume = 'unknown' | 'foreign' | 'malformed' | 'trimmed';

export interface Hub<App extends HubTypes = Untyped, Request extends HubRequest = HubRequest> {
  /**
   * Takes over an open socket: `new WebSocketServer({ port }).on('connection', hub.accept)`. What it is sent in one turn of the
   * event loop leaves in one write if `request.socket` is the stream under it, as with `ws`.
   */
  accept: (socket: HubSocket, request: Request) => void;
  /**
   * Publishes an event. Resolves with its position once it is stored, which is before the clients have it. Rejects with a
   * `HubError`: `log-unavailable`, `not-serializable`, `invalid-event`, `invalid-target` or `closed`.
   */
  publish<const To extends Target<App>, Name extends Extract<keyof EventsTo<App, To>, string>>(
    target: To,
    event: Name,
    ...data: DataArguments<EventsTo<App, To>[Name]>
  ): Promise<Position>;
  /**
   * Ends memberships in a channel, in every process: those of all sessions, of a user's, or of one session. Their clients get
   * the event `left`, and no later event of the channel. They may ask to join again, so make `channels.join` refuse first.
   * Resolves and rejects as `publish` does.
   */
  leave(target: LeaveTarget, channel: ChannelOf<App>, options?: LeaveOptions): Promise<void>;
  stats(): HubStats;
  /** For SIGTERM: refuses new sockets, and closes those that are open with 1012, spread over `overMs` (default 10,000). */
  drain(options?: { readonly overMs?: number }): Promise<void>;
  /** Closes all sockets with 1012 at once and stops. */
  close(): void;
}

export type { HubError };
