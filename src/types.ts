/** What does a user pass in, and what do they get back? The public types; nothing here runs. */
import type { Observable } from 'rxjs';
import type { StoreApi } from 'zustand/vanilla';
import type { WebSocketServiceError } from './errors.ts';
import type { AuthMode, IWebSocketEvent, Protocol } from './protocols/protocol.ts';
import type { EventData, EventName, RequestFunction, SendFunction } from './register.ts';

export type { IWebSocketEvent } from './protocols/protocol.ts';

export type ConnectionStatus = 'disconnected' | 'connecting' | 'connected' | 'reconnecting';

/** Why the status is `disconnected`. */
export type DisconnectReason =
  /** Nothing was asked for yet, or the url or token is still empty, or `enabled` is false. */
  | 'idle'
  /** `disconnect()` was called. */
  | 'client'
  /** Every attempt that `reconnectAttempts` allows has failed. `reconnect()` tries again. */
  | 'attempts-exhausted'
  /** The server refused the token, and a fresh one too. */
  | 'unauthorized'
  /** The server closed with a code that `closePolicy` calls fatal. */
  | 'fatal-close'
  /** The config cannot work; `error` says what to change. */
  | 'invalid-config';

/** The event of a name, or the union of the events of several. */
export type EventOf<Name extends string> = Name extends string
  ? IWebSocketEvent<EventData<Name>, Name>
  : never;

/** Why a token is asked for. `unauthorized`: the last one was refused, so a cached one will not do. */
export type TokenReason = 'initial' | 'reconnect' | 'unauthorized';

export interface TokenContext {
  readonly reason: TokenReason;
  /** Aborted when the answer is no longer wanted. */
  readonly signal: AbortSignal;
}

/** How a link ended. */
export interface CloseInfo {
  readonly code: number;
  /** The server's words; control characters removed, at most 123 characters. */
  readonly reason: string;
  readonly wasClean: boolean;
  /** Whether the socket had been open. */
  readonly opened: boolean;
  /** Failures in a row before this one. */
  readonly failures: number;
  /** The close before this one, if it is one of them; null otherwise. */
  readonly previousCode: number | null;
}

/**
 * What a close means. `retry`: try again after the backoff. `restart`: the same, spread over `restartSpread`.
 * `auth`: ask for a new token and try at once; `unauthorized` if that fails too. `fatal`: stop.
 */
export type CloseVerdict = 'retry' | 'restart' | 'auth' | 'fatal';

export interface BackoffContext {
  /** Failures in a row, from 1. */
  readonly failures: number;
  /** The wait before this one, ms; null before the first. */
  readonly previousDelayMs: number | null;
  readonly reconnectDelay: number;
  readonly reconnectDelayMax: number;
  readonly reconnectJitter: number;
  readonly backoffAfter: number;
  readonly random: () => number;
}

/** Where messages about the connection go. `console` is one. Nothing secret is ever passed. */
export interface Logger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** The part of the browser's `WebSocket` that is used; `ws` fits too. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;

/** The Standard Schema interface (standardschema.dev), which zod, valibot and arktype implement. */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** A schema for each event name that should have one; it makes what was registered for that name. */
export type Schemas = {
  readonly [Name in EventName]?: StandardSchemaV1<unknown, EventData<Name>> | undefined;
};

/** The events that these schemas describe: `interface Register { events: EventsOf<typeof schemas> }`. */
export type EventsOf<S extends Readonly<Record<string, StandardSchemaV1>>> = {
  [Name in keyof S]: S[Name] extends StandardSchemaV1<infer _Input, infer Output> ? Output : never;
};

export interface ResyncContext {
  /** Aborted when the answer is no longer wanted: the time is over, or the session. */
  readonly signal: AbortSignal;
}

/** Everything that can be set. Only `url` has to be. Each may change while connected. */
export interface IWebSocketConfig {
  /**
   * `ws:`, `wss:`, `http:`, `https:`, or no scheme at all (`'example.com/ws'`, `'/ws'`: taken from the page's own
   * address). A function is asked before every attempt. `''` means: not yet.
   */
  url: string | (() => string | Promise<string>);
  /**
   * A function is asked before every attempt. `''` and `undefined` mean: not yet; leave the key out to connect
   * without a token.
   */
  token?: string | ((context: TokenContext) => string | Promise<string>) | undefined;
  /** Who the token belongs to. With it, a new token keeps the link; a new identity is a new session. */
  identity?: string | undefined;
  /** How the token travels. Default: the protocol's own (`'query'` for the envelope). */
  auth?: AuthMode | undefined;
  /** The wire format. Default: `envelopeProtocol`. */
  protocol?: Protocol | undefined;
  /** How many more attempts follow the first failure, before giving up. `Infinity` never gives up. Default 7. */
  reconnectAttempts?: number | undefined;
  /** The constant wait of the first retries, ms. Default 3000. */
  reconnectDelay?: number | undefined;
  /** No wait is longer than this, before jitter; ms. Default 300000. */
  reconnectDelayMax?: number | undefined;
  /** Up to this much is added to every wait, at random; ms. Default 2000. */
  reconnectJitter?: number | undefined;
  /** The wait is constant up to this failure in a row, and grows with n² from the next. Default 7. */
  backoffAfter?: number | undefined;
  /** How long to wait before the next attempt: a named policy or a function that returns ms. Default `'vendor'`. */
  backoff?: 'vendor' | 'decorrelated' | ((context: BackoffContext) => number) | undefined;
  /** Width of the wait after a close that says "server event" (1001, 1012, 1013); ms. Default 0. */
  restartSpread?: number | undefined;
  /** A socket that has not opened in this time is abandoned; so is a token or url that does not come. Default 15000 ms. */
  connectTimeout?: number | undefined;
  /** How long a link must live, and have carried a valid frame, before failures are forgotten. Default 5000 ms. */
  minUptime?: number | undefined;
  /** What a close means; the default table is `defaultClosePolicy`. */
  closePolicy?: ((close: CloseInfo) => CloseVerdict) | undefined;
  /** Hold messages sent while the link is down: at most `limit` (100) of them, each for `ttl` ms (30000). Default false. */
  sendQueue?: false | { limit?: number | undefined; ttl?: number | undefined } | undefined;
  /** A request without a reply is rejected after this; ms. Default 10000. */
  requestTimeout?: number | undefined;
  /** Longer frames are not parsed; characters. Default 4194304. */
  maxFrameLength?: number | undefined;
  /** When state hooks render: once a frame, once a microtask, or with each event. Default `'frame'`. */
  batch?: 'frame' | 'microtask' | 'sync' | undefined;
  /** Default: silent. */
  logger?: Logger | undefined;
  /** The socket class to use. Default: the environment's own. */
  WebSocket?: WebSocketConstructor | undefined;
  /** In [0, 1). Default `Math.random`. */
  random?: (() => number) | undefined;
  /**
   * A ping every `interval` ms (30000). If nothing at all comes within `timeout` ms (10000) of it, the link is dead, and
   * replaced. A server that has never answered one is not judged by it. `false`: no pings, and a link that dies without
   * a word is noticed when the system notices.
   */
  heartbeat?: false | { interval?: number | undefined; timeout?: number | undefined } | undefined;
  /**
   * What events must carry, by name: schemas of zod, valibot, arktype or whatever else speaks Standard Schema. Data that
   * is not valid goes to `errors$` (`invalid-payload`, with the issues) and to no handler; its sequence counts all the
   * same. Handlers get what the schema makes of the data. While an async schema thinks (at most 10 s), later events wait.
   */
  schemas?: Schemas | undefined;
  /**
   * Fetches again what may have been missed. Called after each missed-events notice; the events that come meanwhile are
   * held until it is done, and then handed out in order. `signal` is aborted when the answer is no longer wanted. Where
   * it rejects, or takes longer than `resyncTimeout`, events go on and `errors$` has a `resync-failed`.
   */
  resync?: ((missed: MissedEvents, context: ResyncContext) => unknown) | undefined;
  /** How long `resync` may hold events back; ms. Default 30000. */
  resyncTimeout?: number | undefined;
  /**
   * `resync`, `onMissedEvents` and the handlers of `useMissedEvents` are called after a random wait of up to this, so that
   * all the clients of a server that was restarted do not fetch at the same time; ms. Default 0: at once, before the
   * first event after the break. `missed$` is always told at once.
   */
  missedEventsJitter?: number | undefined;
}

/** Told once, before the first event after a break. */
export interface MissedEvents {
  /**
   * `gap`: numbers are missing. `new-session`: the server began anew. `sequence-reset`: it counts from the start
   * under the same id. `unknown`: reconnected to a server that can't tell.
   */
  readonly reason: 'gap' | 'new-session' | 'sequence-reset' | 'unknown';
  readonly expected: number | null;
  readonly received: number | null;
  /** How many are missing; null where it can't be known. */
  readonly count: number | null;
  readonly previousConnectionId: string | null;
  readonly connectionId: string | null;
}

/** The state of the connection: what the store holds. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Null unless the status is `disconnected`. */
  readonly reason: null | DisconnectReason;
  /** From `hello`. */
  readonly connectionId: string | null;
  /** The sequence number of the last accepted event, as a string; `'0'` counts. */
  readonly lastEventId: string | null;
  /** Failures in a row. */
  readonly reconnectAttempts: number;
  /** When the next attempt starts, epoch ms, whole; null when none is waited for. */
  readonly nextRetryAt: number | null;
  readonly lastClose: { readonly code: number; readonly reason: string; readonly wasClean: boolean } | null;
  /** What stands in the way of connecting; null once connected. */
  readonly error: WebSocketServiceError | null;
  /** Of the last heartbeat, ms. */
  readonly latency: number | null;
  /** The newest event of each name, for at most 500 names, the longest silent out first. */
  readonly lastEvents: ReadonlyMap<string, IWebSocketEvent>;
}

/** What a change of status may bring with it, to be written in one go. */
export type StatusDetails = Partial<Omit<ConnectionState, 'status' | 'lastEvents'>>;

/** The actions of the store. The service writes through them; an app has no need to call one. */
export interface ConnectionActions {
  setConnectionState(status: ConnectionStatus, details?: StatusDetails): void;
  setConnectionId(connectionId: string | null): void;
  /** `'0'` and `0` count. */
  setLastEventId(lastEventId: string | number | null): void;
  incrementReconnectAttempts(): void;
  /** No failures, no wait. */
  resetReconnect(): void;
  /** Everything as before the first `connect()`. */
  reset(): void;
}

/** A vanilla Zustand store. */
export type ConnectionStore = StoreApi<ConnectionState & ConnectionActions>;

export type SendResult = 'sent' | 'queued' | 'refused';

export interface RequestOptions {
  /** Default: the config's `requestTimeout`; ms. */
  timeout?: number | undefined;
  /** Aborting it rejects the promise with `request-aborted`. */
  signal?: AbortSignal | undefined;
}

export interface WebSocketService {
  readonly store: ConnectionStore;
  /** Every accepted event, `hello` too. One object for the service's life; hot; never errors. Subscribing opens nothing. */
  readonly events$: Observable<IWebSocketEvent>;
  /** The events of one name, or of several, in order. Its cost does not grow with other names. */
  event$<Name extends EventName>(name: Name | readonly Name[]): Observable<EventOf<Name>>;
  /** One notice for each break in the sequence, before the first event after it. */
  readonly missed$: Observable<MissedEvents>;
  /** What went wrong and harmed nothing else: bad frames, throwing handlers, failed attempts. */
  readonly errors$: Observable<WebSocketServiceError>;
  /**
   * Opens the connection, and keeps it open. Does nothing for an equal config. A config that cannot work makes the
   * status `disconnected`, reason `invalid-config`. Returns `events$`.
   */
  connect(config: IWebSocketConfig): Observable<IWebSocketEvent>;
  /** Closes the connection and ends the session. Nothing but `connect` or `reconnect` brings it back. */
  disconnect(): void;
  /** Tries now, and from attempt 0: on a link that looks alive too, and after giving up. */
  reconnect(): void;
  /** Sends, at most once. `refused` when not connected, or when `data` cannot be serialised (see `errors$`). */
  readonly send: SendFunction;
  /** Sends and waits for the reply. Always settles; rejects with a `WebSocketServiceError`. */
  readonly request: RequestFunction;
  isConnected(): boolean;
  /** Disconnects for good and completes the streams. */
  dispose(): void;
}
