/** The vocabulary of the lifecycle: its states, events, effects and policy. The rules are in lifecycle.ts. */
import type { WebSocketServiceError } from '../errors.ts';
import type { CloseInfo, CloseVerdict, ConnectionState, DisconnectReason, TokenReason } from '../types.ts';
import type { PingRefusal } from './close-policy.ts';

/** The fields that states of all phases have. */
export interface LifecycleContext {
  /** Number of the current attempt. It only grows, so an event that carries another number is stale. */
  readonly attempt: number;
  /** Failures in a row. */
  readonly failures: number;
  readonly previousDelayMs: number | null;
  /** `again` after the first failure or loss: the status is then `reconnecting`, not `connecting`. */
  readonly history: 'first' | 'again';
  /**
   * Whether a fresh token was already requested because the server refused the last one. `used`: yes, and no valid frame
   * has arrived since. `proven`: yes, and frames arrived, but the link was not stable yet. A server that greets and then
   * refuses, again and again, must not cause a loop.
   */
  readonly refresh: 'unused' | 'used' | 'proven';
  /** `new`: the config got another token for the same user since the current attempt began. */
  readonly token: 'tried' | 'new';
  readonly lastClose: ConnectionState['lastClose'];
  /** Code of the first close since a link was open, for servers that count the causes of losses. */
  readonly lossCode: number | null;
  /** Attempts in a row that the server refused before any frame arrived. */
  readonly refusals: number;
  /**
   * What the attempt asks for, if there is a session to resume. A handshake that is refused because of the session looks like
   * a server that is down. `nothing`: the attempt leaves the session out, to find out. `session-again`: that attempt opened,
   * so the session is asked for once more, because the server may have come back just then.
   */
  readonly asksFor: 'session' | 'nothing' | 'session-again';
  /** Time of the last wake signal during the current attempt, its link included. */
  readonly wakeHeardAt: number | null;
  /** Times of the recent attempts that began without a wait: see `mayRetryNow` in retry-timing.ts. */
  readonly immediateRetries: readonly number[];
  /** When the last attempt caused by a wake signal is due, or was. There is at most one in 5 s. */
  readonly wokenAt: number | null;
  readonly error: WebSocketServiceError | null;
}

/**
 * How much a link has proven. Failures are forgotten once it is `stable`: it has lived for `minUptime` (`aged`) and has
 * carried a valid frame (`alive`), in either order. A link that has lived for a minute more is stable without a frame:
 * a resumed session may have nothing to say.
 */
export type LinkHealth = 'new' | 'alive' | 'aged' | 'stable';

/** What is known about an open socket. */
interface Up {
  readonly health: LinkHealth;
  readonly openedAt: number;
}

export type LifecycleState =
  | (LifecycleContext & { readonly phase: 'stopped'; readonly reason: DisconnectReason })
  | (LifecycleContext & { readonly phase: 'starting'; readonly tokenReason: TokenReason })
  | (LifecycleContext & { readonly phase: 'preparing' })
  | (LifecycleContext & { readonly phase: 'opening' })
  | (LifecycleContext & Up & { readonly phase: 'open' })
  | (LifecycleContext & Up & { readonly phase: 'connected' })
  | (LifecycleContext & {
      readonly phase: 'waiting';
      readonly retryAt: number;
      readonly tokenReason: TokenReason;
    })
  | (LifecycleContext & { readonly phase: 'asleep' })
  | (LifecycleContext & {
      readonly phase: 'paused';
      /** How long the session is kept, and since when. */
      readonly graceMs: number;
      readonly pausedAt: number;
    });

/** A state with an open socket. */
export type UpState = Extract<LifecycleState, { health: LinkHealth }>;

/** `phase`: the wait or the time limit of the current phase. `uptime`: how long the link has lived. */
export type TimerName = 'phase' | 'uptime';

export type Close = NonNullable<LifecycleContext['lastClose']>;

export type LifecycleEvent =
  /** Begin a new session. */
  | { readonly type: 'connect' }
  /** Try now, with no failures counted, and resume the session if possible. */
  | { readonly type: 'reconnect' }
  /** The config has another token for the same user, which the next attempt uses. */
  | { readonly type: 'new-token' }
  | { readonly type: 'disconnect' }
  /** The config asks for no connection: an empty token, another user without a url, or no provider any more. */
  | { readonly type: 'disable' }
  /** No connection for now: an empty url, or `enabled={false}`. The session is kept for `graceMs`. */
  | { readonly type: 'pause'; readonly graceMs: number }
  /** The pause is over: resume the session, if it is not too late. */
  | { readonly type: 'resume' }
  /** The config is invalid. */
  | { readonly type: 'reject'; readonly error: WebSocketServiceError }
  /** The url and the token are known. */
  | { readonly type: 'prepared'; readonly attempt: number }
  /** There is no url or token, or no socket can be made with them. `reject`: trying again would not help. */
  | {
      readonly type: 'prepare-failed';
      readonly attempt: number;
      readonly error: WebSocketServiceError;
      readonly verdict: 'retry' | 'reject';
    }
  | { readonly type: 'opened'; readonly attempt: number }
  /** In place of `opened`: the socket of an attempt that left the session out, though there is one. */
  | { readonly type: 'probed'; readonly attempt: number }
  /**
   * A valid frame arrived: proof of life. Dispatched only while `awaitsProof`, so that later frames cost nothing; where a
   * hello makes the link connected, only from it on.
   */
  | { readonly type: 'frame'; readonly attempt: number }
  | {
      readonly type: 'closed';
      readonly attempt: number;
      readonly close: Close;
      /** `ping`: we had just sent a ping, and the server has accepted none in this session. */
      readonly justSent?: 'ping' | undefined;
    }
  /** We gave up the link ourselves, with one of `ownCodes`, after nothing had arrived for `silentMs`. */
  | {
      readonly type: 'abandon';
      readonly attempt: number;
      readonly code: OwnCode;
      readonly reason: string;
      /** 0, unless the silence is the reason. */
      readonly silentMs: number;
    }
  /** The page, the network or the machine is back: a waiting attempt can start now. */
  | { readonly type: 'wake' }
  /** The network may be gone. */
  | { readonly type: 'network-suspect' }
  /** The page enters the back/forward cache, where an open socket would be killed. */
  | { readonly type: 'suspend' }
  | { readonly type: 'timer'; readonly timer: TimerName }
  /** The link is shared, and the connection that holds it has another state. Nothing else dispatches this. */
  | { readonly type: 'mirror'; readonly attempt: number; readonly view: SharedView };

/** The public state of the connection that holds a shared link. */
export type SharedView = Pick<
  ConnectionState,
  'status' | 'reason' | 'reconnectAttempts' | 'nextRetryAt' | 'lastClose' | 'error'
>;

/**
 * How a link ended. `torn`: without a close frame, before it was connected in time, or by `reconnect()`. `closed`: by the
 * server, or because we gave it up. `quiet`: in any of these ways, after it had lived for a minute. `refused`: there was no
 * link, because the server opens one only if it is not asked for the session.
 */
export type ResumeEnd = 'closed' | 'torn' | 'quiet' | 'refused';

export type Effect =
  | { readonly type: 'stop-timer'; readonly timer: TimerName }
  /** Replaces a running timer of the same name. */
  | { readonly type: 'start-timer'; readonly timer: TimerName; readonly delayMs: number }
  /** End the attempt: detach and close its socket without waiting for the close event, and reject pending requests. */
  | { readonly type: 'drop-link'; readonly code: number; readonly reason: string }
  /** Find the url and the token. Answered with `prepared` or `prepare-failed`. */
  | { readonly type: 'prepare'; readonly attempt: number; readonly tokenReason: TokenReason }
  | { readonly type: 'open-socket'; readonly attempt: number }
  /** Ping the server now, with a short deadline. */
  | { readonly type: 'probe' }
  /** The link is lost. If it resumed a session and brought no numbered event, the server may not have the session. */
  | { readonly type: 'resume-ended'; readonly how: ResumeEnd }
  /** The server closed the link, which had lived for `lifeMs`, because of our ping, or so it seems. */
  | {
      readonly type: 'ping-refused';
      readonly how: PingRefusal;
      readonly code: number;
      readonly lifeMs: number;
    }
  /** A server that may have got no pings because of the network gets them again. */
  | { readonly type: 'trust-pings' }
  /** The link can be used: send what was queued. */
  | { readonly type: 'announce-connected' }
  /** Drop the queued messages. */
  | { readonly type: 'clear-queue' }
  /** Forget the session's id and sequence. */
  | { readonly type: 'end-session' }
  /** Report an error that the new state does not show. */
  | { readonly type: 'report'; readonly error: WebSocketServiceError };

/** The config as plain numbers and functions. Time and randomness enter the lifecycle only through it. */
export interface LifecyclePolicy {
  readonly maxRetries: number;
  readonly connectTimeoutMs: number;
  readonly minUptimeMs: number;
  readonly connectedOn: 'open' | 'first-frame' | 'hello';
  /** `function`: it can be asked for a fresh token, or for a url with one. */
  readonly tokenSource: 'function' | 'fixed';
  readonly classify: (close: CloseInfo) => CloseVerdict;
  readonly delayMs: (context: LifecycleContext, verdict: CloseVerdict) => number;
  /** A short random wait, so that clients woken by the same event do not all arrive at once. */
  readonly wakeDelayMs: () => number;
  readonly now: () => number;
}

/**
 * The codes with which we give up a link. 4000 and 4001 mean the same to Mattermost's client. 3000 is IANA's
 * "Unauthorized".
 */
export const ownCodes = { missedAnswer: 4000, gap: 4001, badFrames: 4002, unauthorized: 3000 } as const;

export type OwnCode = (typeof ownCodes)[keyof typeof ownCodes];

/**
 * The code for closing a socket that we gave up: our own code if there is one. A page may only use 1000 and 3000–4999;
 * other codes throw (WHATWG WebSockets).
 */
export function closeCodeOf({ lastClose }: LifecycleContext): number {
  const { code = 1000 } = lastClose ?? {};
  return (Object.values(ownCodes) as number[]).includes(code) ? code : 1000;
}

export const initialState: LifecycleState = {
  phase: 'stopped',
  reason: 'idle',
  attempt: 0,
  failures: 0,
  previousDelayMs: null,
  history: 'first',
  refresh: 'unused',
  token: 'tried',
  lastClose: null,
  lossCode: null,
  refusals: 0,
  asksFor: 'session',
  immediateRetries: [],
  wakeHeardAt: null,
  wokenAt: null,
  error: null,
};

/** Whether there was no connection yet, or none is wanted. What is queued then belongs to the session that begins next. */
export function isIdle(state: LifecycleState): boolean {
  return state.phase === 'stopped' && state.reason === 'idle';
}

/** Whether an attempt is under way and its socket is not open yet. */
export function isTrying(
  state: LifecycleState,
): state is Extract<LifecycleState, { phase: 'preparing' | 'opening' }> {
  return state.phase === 'preparing' || state.phase === 'opening';
}

export function isUp(state: LifecycleState): state is UpState {
  return state.phase === 'open' || state.phase === 'connected';
}

/** `reconnect()` counts as a reconnection on an open link or after a failure, but not before the first attempt. */
export function historyOf(state: LifecycleState): LifecycleContext['history'] {
  return isUp(state) ? 'again' : state.history;
}

/** Whether the next valid frame changes the state. Checked for every frame, so that most frames need no transition. */
export function awaitsProof(state: LifecycleState): boolean {
  return state.phase === 'open' || (isUp(state) && (state.health === 'new' || state.health === 'aged'));
}

/** Whether wake signals matter: not before the first `connect`, and not after a stop that the app asked for. */
export function hearsWakeSignals(state: LifecycleState): boolean {
  return state.phase !== 'paused' && (state.phase !== 'stopped' || state.reason === 'attempts-exhausted');
}

export const probe: Effect = { type: 'probe' };
export const trustPings: Effect = { type: 'trust-pings' };
export const announceConnected: Effect = { type: 'announce-connected' };
export const clearQueue: Effect = { type: 'clear-queue' };

/** The runner also looks for it: the forgotten session is published in the same write as the new state. */
export const endSession: Effect = { type: 'end-session' };

export function startTimer(timer: TimerName, delayMs: number): Effect {
  return { type: 'start-timer', timer, delayMs };
}

export function stopTimer(timer: TimerName): Effect {
  return { type: 'stop-timer', timer };
}

export function dropLink(code: number, reason: string): Effect {
  return { type: 'drop-link', code, reason };
}
