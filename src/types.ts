/** The public types of the service, its config and its store. Types only: this file adds no code. */
import type { Observable } from 'rxjs';
import type { StoreApi } from 'zustand/vanilla';
import type { ChannelEventOf, ChannelsConfig } from './channel-types.ts';
import type { WebSocketServiceError } from './errors.ts';
import type { GivenConfig } from './given-config.ts';
import type { BackoffContext, CloseInfo, CloseVerdict } from './policy-types.ts';
import type { AuthMode, IWebSocketEvent, MissedReason, Protocol } from './protocols/protocol.ts';
import type {
  ChannelEventName,
  ChannelName,
  EventData,
  EventName,
  Register,
  RequestFunction,
  SendFunction,
  StreamFunction,
} from './register.ts';
import type { SchemaLookup, Schemas } from './schema-types.ts';
import type { EventStore } from './store-types.ts';

export type { BackoffContext, CloseInfo, CloseVerdict } from './policy-types.ts';
export type { IWebSocketEvent } from './protocols/protocol.ts';
export type {
  EventsOf,
  SchemaIssue,
  SchemaLookup,
  SchemaResult,
  Schemas,
  StandardSchemaV1,
} from './schema-types.ts';

/** `connecting`: the first attempt of a session. `reconnecting`: a later one, or the wait before it. */
export type ConnectionStatus = 'disconnected' | 'connecting' | 'connected' | 'reconnecting';

/** Why the status is `disconnected`. */
export type DisconnectReason =
  /** Not connected yet, or the url or token is empty, or `enabled` is false. */
  | 'idle'
  /** `disconnect()` was called. */
  | 'client'
  /** Every attempt that `reconnectAttempts` allows has failed. `reconnect()` tries again. */
  | 'attempts-exhausted'
  /** The server refused the token, and a fresh one too. */
  | 'unauthorized'
  /** The server closed with a code that `closePolicy` classifies as fatal. */
  | 'fatal-close'
  /** The server closed, and `closePolicy` says that nothing more will come (`done`). `error` is null. */
  | 'ended'
  /** The config is invalid; `error` says what to change. */
  | 'invalid-config';

/** The event type of a name, or the union of the event types of several names. */
export type EventOf<Name extends string, Types extends object = Register> = Name extends string
  ? IWebSocketEvent<EventData<Name, Types>, Name>
  : never;

/** Why the token function is called. `unauthorized`: the server refused the last token, so do not return a cached one. */
export type TokenReason = 'initial' | 'reconnect' | 'unauthorized';

/** The argument of a token function, and of a url function. */
export interface TokenContext {
  readonly reason: TokenReason;
  /** Aborted when the attempt ends, for example after `connectTimeout`. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * A signal about the app, the network or the machine. `wake`: it is back, so a waiting attempt starts now, and an open
 * link is checked. `network-suspect`: the network may be gone, so an open link is checked. `suspend`: sockets are about to
 * be killed, so the link is closed until the next `wake`.
 */
export type WakeSignal = 'wake' | 'network-suspect' | 'suspend';

/** Receives log messages about the connection, without secrets. `console` fits. */
export interface Logger {
  debug(message: string, details?: Readonly<Record<string, unknown>>): void;
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  error(message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** The part of the WHATWG `WebSocket` interface that is used. The class of the package `ws` fits too. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly protocol?: string;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  /** Gets views of a buffer too, such as `Uint8Array`, if the protocol's frames are views. */
  send(data: string | ArrayBuffer): void;
  close(code?: number, reason?: string): void;
}

/** The class that creates the sockets: the option `WebSocket`. */
export type WebSocketConstructor = new (url: string, protocols?: string[]) => WebSocketLike;

/** What `acrossTabs()` of `everwire/tabs` returns. Only a connection calls it. */
export type Share = (connection: never) => unknown;

/**
 * Where the socket of a connection is. `off`: it has its own. `speaking`: other tabs use the socket of this one. `listening`:
 * this tab uses the socket of another one. `worker`: the socket is in a `SharedWorker`.
 */
export type Sharing = 'off' | 'speaking' | 'listening' | 'worker';

/** The second argument of `resync`. */
export interface ResyncContext {
  /** Aborted when `resyncTimeout` is over or the session ends. Pass it to `fetch`. */
  readonly signal: AbortSignal;
}

/**
 * The config of a connection. Only `url` is required. All options may change while connected: a new `url`, `auth`,
 * `protocol` or user starts a new session, every other change takes effect when the option is used next.
 *
 * An unknown option or an invalid value sets the status to `disconnected`, with the reason `invalid-config`.
 */
export interface IWebSocketConfig<Types extends object = Register> {
  /**
   * The address, with the scheme `ws:`, `wss:`, `http:` or `https:`. Without a scheme (`'example.com/ws'`), or as a path
   * (`'/ws'`), the rest comes from the page's own address. A function is called before every attempt, with the reason.
   * `''` means that the address is not known yet: the connection is idle, or pauses.
   */
  url: string | ((context: TokenContext) => string | Promise<string>);
  /**
   * The token, or a function that returns it and is called before every attempt. `''` and `undefined` mean that there is
   * no token yet or no longer: the connection closes, and the events of the last user are cleared. Omit the key to
   * connect without a token.
   */
  token?: string | ((context: TokenContext) => string | Promise<string>) | undefined;
  /** The user that the token belongs to. With it, a new token keeps the link, and a new identity starts a new session. */
  identity?: string | undefined;
  /** How the token is sent. Default: the protocol's `defaultAuth` (`'query'` for `envelopeProtocol`). */
  auth?: AuthMode | undefined;
  /** The wire format. Default: `envelopeProtocol`. */
  protocol?: Protocol | undefined;
  /** The number of retries in a row before giving up with `attempts-exhausted`. `Infinity` never gives up; set `backoff` with it. Default 7. */
  reconnectAttempts?: number | undefined;
  /** The wait before each of the first retries, ms. Default 3000, as in Mattermost's client. */
  reconnectDelay?: number | undefined;
  /** The longest wait, before jitter; ms. Default 300000, as in Mattermost's client. */
  reconnectDelayMax?: number | undefined;
  /** A random time of up to this is added to every wait; ms. Default 2000, as in Mattermost's client. */
  reconnectJitter?: number | undefined;
  /** After this many failures in a row, the wait is `reconnectDelay` times the number of failures squared. Default 7. */
  backoffAfter?: number | undefined;
  /**
   * How long to wait before a retry: `'vendor'` (see `vendorBackoff`), `'decorrelated'` (see `decorrelatedBackoff`), or a
   * function that returns ms. Default `'vendor'`.
   */
  backoff?: 'vendor' | 'decorrelated' | ((context: BackoffContext) => number) | undefined;
  /**
   * After a `restart` verdict (close code 1001, 1012 or 1013), a random time of up to this is added to `reconnectDelay`,
   * so that the clients of a restarted server return spread over time; ms. Default 0: the usual backoff.
   */
  restartSpread?: number | undefined;
  /**
   * How long an attempt may take: once for the url and token functions, and once more until the socket is connected; ms.
   * Then it fails with `connect-timeout`. Default 15000.
   */
  connectTimeout?: number | undefined;
  /** A link that has lived this long and carried a valid frame resets the number of failures; ms. Default 5000. */
  minUptime?: number | undefined;
  /** Decides what to do after a close. Default: `defaultClosePolicy`. */
  closePolicy?: ((close: CloseInfo) => CloseVerdict) | undefined;
  /**
   * Queues messages that are sent without a connection, or faster than the network: at most `limit` (default 100), each for
   * `ttl` ms (default 30000). Without a connection, a full queue drops its oldest message; over a slow one, the new message is
   * `refused`. Default `false`: such a message is `refused`.
   */
  sendQueue?: false | { limit?: number | undefined; ttl?: number | undefined } | undefined;
  /** A request without a reply is rejected with `request-timeout` after this; ms. Default 10000. */
  requestTimeout?: number | undefined;
  /** A longer frame is not parsed, but reported as `malformed-frame`; characters, or bytes if binary. Default 4194304. */
  maxFrameLength?: number | undefined;
  /**
   * When state hooks render: once per animation frame, once per microtask, or for each event. Handlers and streams get
   * each event at once in any case. Default `'frame'`.
   */
  batch?: 'frame' | 'microtask' | 'sync' | undefined;
  /** Receives log messages. Default: none are logged. */
  logger?: Logger | undefined;
  /**
   * The source of wake signals, in place of the events of the window and the document: for React Native's AppState and
   * NetInfo, for example. Called while there is a connection to wake, with the function to call for each signal. Returns a
   * function that ends it. Another function takes effect when the connection is next opened.
   */
  signals?: ((on: (signal: WakeSignal) => void) => () => void) | undefined;
  /** How the server is told which channels are wanted (`useWsChannel`). Default: in the words of the envelope. */
  channels?: ChannelsConfig | undefined;
  /**
   * `acrossTabs()` of `everwire/tabs`: the tabs of one user share one socket. Default: each has its own. Another value takes
   * effect when the connection is next opened.
   */
  share?: Share | undefined;
  /** The socket class. Default: the global `WebSocket`. */
  WebSocket?: WebSocketConstructor | undefined;
  /** The source of random numbers for waits: returns a number from 0 up to, but not including, 1. Default `Math.random`. */
  random?: (() => number) | undefined;
  /**
   * An object sends a ping every `interval` ms (default 30000). If no frame at all arrives within `timeout` ms (default
   * 10000), the link is dead and is replaced. If the server has never answered a ping in this session, the link is kept,
   * unless the protocol says that its servers always answer. `expect`: the link is also dead if nothing at all arrived
   * for this long, ms; for servers that send a heartbeat of their own. Default: off.
   *
   * `'auto'` (the default) pings as `{}` does, but only servers that speak the protocol: those that sent a `hello` with an
   * id, number their events, or have answered a ping in this session. `false`: no pings, so a dead link is noticed only
   * when the operating system closes it. A server that closes the link because of a ping gets no more, in any case.
   */
  heartbeat?:
    | 'auto'
    | false
    | {
        interval?: number | undefined;
        timeout?: number | undefined;
        expect?: number | undefined;
      }
    | undefined;
  /**
   * Schemas by event name, or a function that returns the schema of a name, or nothing: those of zod, valibot, arktype, or
   * any other implementation of Standard Schema. Handlers get the output of the schema. An event with invalid data is dropped and reported to `errors$` as `invalid-payload`, with
   * the issues; its sequence number counts. Later events wait for an async schema, for at most 10 s.
   */
  schemas?: Schemas<Types> | SchemaLookup | undefined;
  /**
   * Fetches the data that the missed events would have changed. Called after a missed-events notice. Events that arrive
   * meanwhile are held until it settles, and are then published in order. If it throws, rejects or takes longer than
   * `resyncTimeout`, they are published too, and `errors$` emits `resync-failed`. One runs at a time: after it, one more
   * call covers all notices that came meanwhile.
   */
  resync?: ((missed: MissedEvents, context: ResyncContext) => unknown) | undefined;
  /**
   * How long the session is kept while the connection is paused (`enabled={false}`, or an empty `url`), so that it can be
   * resumed; ms. Another user, token or url, an empty token and `disconnect()` end it at once. `0`: a pause ends it.
   * Default 30000.
   */
  pauseGrace?: number | undefined;
  /** How long `resync` may hold events; ms. Default 30000. */
  resyncTimeout?: number | undefined;
  /**
   * How much may be held while `resync` or an async schema runs; bytes, where a character of a text frame counts as one.
   * When it is reached, the held events are dropped, with one missed-events notice (`gap`). Default 67108864 (64 MiB).
   */
  maxHeldBytes?: number | undefined;
  /**
   * `resync`, `onMissedEvents` and the handlers of `useMissedEvents` are called after a random wait of up to this, so that
   * the clients of a restarted server do not all fetch at the same time; ms. Default 0: at once, before the first event
   * after the gap. `missed$` always emits at once.
   */
  missedEventsJitter?: number | undefined;
}

/** A missed-events notice: published once, before the first event after a gap. */
export interface MissedEvents {
  readonly reason: MissedReason;
  /** The sequence number that was expected; null if there was none. */
  readonly expected: number | null;
  /** The sequence number that arrived instead; null if there was none. */
  readonly received: number | null;
  /** The number of missed events; null if it can't be known. */
  readonly count: number | null;
  readonly previousConnectionId: string | null;
  readonly connectionId: string | null;
  /** The channel that the events are missing in. Without it, they may be missing in all, except for those of `except`. */
  readonly channel?: string;
  /** Channels in which nothing is missing, or which have notices of their own. */
  readonly except?: ReadonlySet<string>;
}

/** The state of the connection, as the store holds it. */
export interface ConnectionState {
  readonly status: ConnectionStatus;
  /** Null unless the status is `disconnected`. */
  readonly reason: null | DisconnectReason;
  /** The `connection_id` of the server's `hello`; null without a session. */
  readonly connectionId: string | null;
  /** The sequence number of the last accepted event, as a string; null before the first. `'0'` is a valid number. */
  readonly lastEventId: string | null;
  /** The number of failures in a row. */
  readonly reconnectAttempts: number;
  /** When the next attempt starts, in whole ms since the Unix epoch; null if none is scheduled. */
  readonly nextRetryAt: number | null;
  /** How the last link ended; null before that. */
  readonly lastClose: { readonly code: number; readonly reason: string; readonly wasClean: boolean } | null;
  /** What prevents the connection; null once connected. */
  readonly error: WebSocketServiceError | null;
  /** The time from the last ping to its answer, ms; null if none was measured. */
  readonly latency: number | null;
  /** Where the socket is, with the option `share`; else `off`. */
  readonly sharing: Sharing;
  /** The newest event of each name, for at most 500 names. The least recently updated name is removed first. */
  readonly lastEvents: ReadonlyMap<string, IWebSocketEvent>;
}

/** Other fields that are written together with a status. */
export type StatusDetails = Partial<Omit<ConnectionState, 'status' | 'lastEvents'>>;

/** The actions of the store. The service writes through them; apps do not need to call them. */
export interface ConnectionActions {
  /** Writes the status, and other fields with it, in one write. */
  setConnectionState(status: ConnectionStatus, details?: StatusDetails): void;
  /** Writes the id of the session. */
  setConnectionId(connectionId: string | null): void;
  /** Writes the number of the last event, as a string. `'0'` and `0` are valid numbers. */
  setLastEventId(lastEventId: string | number | null): void;
  /** Adds one to the number of failures in a row. */
  incrementReconnectAttempts(): void;
  /** Resets the number of failures and the time of the next attempt. */
  resetReconnect(): void;
  /** Resets the whole state to that before the first `connect()`. */
  reset(): void;
}

/** A vanilla Zustand store: `getState`, `subscribe`, `setState`. */
export type ConnectionStore = StoreApi<ConnectionState & ConnectionActions>;

/** A connection outside React: its state, its streams and its commands. */
export interface WebSocketService<Types extends object = Register> {
  /** The state of the connection. */
  readonly store: ConnectionStore;
  /**
   * Every accepted event, `hello` included, in order. A hot stream: subscribing opens no connection. It never errors and
   * completes on `dispose()`. It is the same object for the life of the service.
   */
  readonly events$: Observable<IWebSocketEvent>;
  /**
   * The events of one name, or of several, in order. Events of other names cost its subscribers nothing. Throws
   * `invalid-argument` if a name is not a non-empty string.
   */
  event$<Name extends EventName<Types>>(name: Name | readonly Name[]): Observable<EventOf<Name, Types>>;
  /** The same for the events of one channel. Events of other channels cost its subscribers nothing. */
  event$<Channel extends ChannelName<Types>, Name extends ChannelEventName<Channel, Types>>(
    name: Name | readonly Name[],
    options: { channel: Channel },
  ): Observable<ChannelEventOf<Name, Channel, Types>>;
  /** One notice for each gap in the events, before the first event after it. */
  readonly missed$: Observable<MissedEvents>;
  /** Every error that is reported: malformed frames, handlers that threw, failed attempts. See docs/errors.md. */
  readonly errors$: Observable<WebSocketServiceError>;
  /**
   * Opens the connection and keeps it open until `disconnect()`, also when a provider of the service unmounts. On an open connection, it applies the config: only a new session opens a new
   * socket. An invalid config sets the status to `disconnected`, with the reason `invalid-config`; nothing is thrown.
   * Returns `events$`.
   */
  connect(config: GivenConfig<Types>): Observable<IWebSocketEvent>;
  /** Closes the connection and ends the session, for providers of the service too. Only `connect` and `reconnect` open it again. */
  disconnect(): void;
  /**
   * Starts a new attempt now and resets the number of failures: after giving up, and on an open link too. Before
   * `connect()`, `errors$` emits `not-connected`.
   */
  reconnect(): void;
  /**
   * Sends a message, at most once. Returns `refused` without a connection (and without `sendQueue`), or if `data` can't be
   * serialised. Never throws: errors go to `errors$`.
   */
  readonly send: SendFunction<Types>;
  /**
   * Sends a message and resolves with the data of its reply. While a connection is being opened, it waits for it, and is
   * sent once; the timeout counts from the call. Always settles. Rejects with a `WebSocketServiceError`:
   * `not-connected`, `connection-lost`, `request-timeout`, `request-aborted`, `request-failed`, `not-serializable`,
   * `invalid-argument`, `too-large` or `send-buffer-full`.
   */
  readonly request: RequestFunction<Types>;
  /**
   * Sends a message that has several replies, when the first of them is asked for, and hands out their data:
   * `for await (const part of service.stream('ask', { text }, { signal })) …`. It ends when the protocol says so. Leaving
   * the loop, or aborting the signal, tells the server if the protocol has words for it. It can be read once. Rejects as
   * `request` does; `timeout` is the longest wait for the next part, and there is none by default.
   */
  readonly stream: StreamFunction<Types>;
  /**
   * Resolves when the connection is open: now, or as soon as it is. Without `timeout` (ms), it waits as long as a connection
   * is wanted. Rejects with a `WebSocketServiceError`: `not-connected` if none is wanted, or if the attempts are given up,
   * `connect-timeout` or `wait-aborted`.
   */
  whenConnected(options?: { timeout?: number | undefined; signal?: AbortSignal | undefined }): Promise<void>;
  /**
   * Resolves when nothing waits to be sent: neither in the queue nor in the socket's buffer. Await it between large messages,
   * so that they do not pile up. Rejects with a `WebSocketServiceError`: `connection-lost` if the link was lost before its
   * buffer was empty, `not-connected` if the queue was dropped, `wait-aborted`.
   */
  drained(options?: { signal?: AbortSignal | undefined }): Promise<void>;
  /** Whether the connection is open, so that a message can be sent now. */
  isConnected(): boolean;
  /**
   * Attaches a Zustand store that was created with `withEvents`: it gets the events of this service until the returned
   * function is called. It opens no connection. Attached several times, it still gets each event once. Attached to a second
   * service, it gets the events of that one, and `errors$` of that one emits `invalid-argument`. Throws `invalid-argument`
   * for any other store.
   */
  attach(store: EventStore): () => void;
  /** Disconnects for good and completes the streams of events and notices. */
  dispose(): void;
}
