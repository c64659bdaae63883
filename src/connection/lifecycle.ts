/**
 * The socket closed, the token came, the user left: what happens next?
 *
 * One pure function answers for every state and every event. It returns the next state and the effects to run; the
 * service runs them, after the new state has been written, in order.
 *
 * ```
 *                connect                    prepared                 opened
 *   stopped ───────────────▶ starting ──▶ preparing ──▶ opening ──────────────▶ connected
 *      ▲                                   ▲    │          │  (first-frame: ─▶ open ─▶) │
 *      │                                   │    └────┬─────┘                            │
 *      │                                   │   failed, timed out, closed        closed, abandoned
 *      │                                   │         ▼                                  │
 *      │                    at once, or    ├─── afterFailure ◀──────────────────────────┘
 *      │                    after waiting  │         │
 *      │   attempts exhausted,             └─ waiting ◀──── wake: sooner
 *      └── unauthorized, fatal ──────────────────────┘
 *
 *   From anywhere: connect (new session) and reconnect lead to starting; disconnect, disable and reject to stopped.
 *   From anywhere but stopped: suspend leads to asleep, and wake from there to preparing.
 * ```
 *
 * `preparing` waits for the url and the token, `opening` for the socket, `waiting` for the backoff, `asleep` for a page
 * that was put away with its links closed. Every attempt has a number, and an event that carries another one is stale:
 * it changes nothing.
 */
import { failure, type WebSocketServiceError } from '../errors.ts';
import type { CloseInfo, CloseVerdict, ConnectionState, DisconnectReason, TokenReason } from '../types.ts';

/** What the attempts of one run have in common. */
export interface Run {
  /** Grows with every attempt, for ever: the identity of callbacks. */
  readonly attempt: number;
  /** In a row. */
  readonly failures: number;
  readonly previousDelayMs: number | null;
  /** `again` once anything has failed or been lost: the status is then `reconnecting`, not `connecting`. */
  readonly history: 'first' | 'again';
  /**
   * Whether the server's refusal of the token was already answered with a fresh one. `used`: yes, and nothing valid has
   * come since. `proven`: yes, and frames came, but the link was not stable yet: a server that greets and then refuses,
   * again and again, must not make us spin.
   */
  readonly refresh: 'unused' | 'used' | 'proven';
  readonly lastClose: ConnectionState['lastClose'];
  /** The first close since a link was open, for servers that count the causes. */
  readonly lossCode: number | null;
  /** Attempts in a row that were refused before anything came. */
  readonly refusals: number;
  /** When a wake signal came that this link, or this attempt, is older than. */
  readonly wakeHeardAt: number | null;
  /** When attempts were made without a wait, lately: see `mayHurry`. */
  readonly hurriedAt: readonly number[];
  /** When the last attempt that a wake signal asked for is due, or was: there is one in 5 s, however many signals. */
  readonly wokenAt: number | null;
  readonly error: WebSocketServiceError | null;
}

/**
 * How much a link has shown. Failures are forgotten when it is `stable`: it has lived for `minUptime` (`aged`) and has
 * carried a valid frame (`alive`), in either order; or it has lived for a minute without one, as a link does whose
 * session was resumed and which has nothing to say.
 */
export type LinkHealth = 'new' | 'alive' | 'aged' | 'stable';

export type LifecycleState =
  | (Run & { readonly phase: 'stopped'; readonly reason: DisconnectReason })
  | (Run & { readonly phase: 'starting'; readonly tokenReason: TokenReason })
  | (Run & { readonly phase: 'preparing' })
  | (Run & { readonly phase: 'opening' })
  | (Run & { readonly phase: 'open'; readonly health: LinkHealth })
  | (Run & { readonly phase: 'connected'; readonly health: LinkHealth })
  | (Run & { readonly phase: 'waiting'; readonly retryAt: number; readonly tokenReason: TokenReason })
  | (Run & { readonly phase: 'asleep' });

/** `phase`: how long a phase lasts that waits for something. `uptime`: how long a link has lived. */
export type TimerName = 'phase' | 'uptime';

export type LifecycleEvent =
  | { readonly type: 'connect' }
  | { readonly type: 'reconnect' }
  | { readonly type: 'disconnect' }
  /** The config says: not now (an empty url or token, `enabled={false}`). */
  | { readonly type: 'disable' }
  | { readonly type: 'reject'; readonly error: WebSocketServiceError }
  | { readonly type: 'prepared'; readonly attempt: number }
  /** No token, no url, or no socket could be made of them. */
  | {
      readonly type: 'prepare-failed';
      readonly attempt: number;
      readonly error: WebSocketServiceError;
      readonly verdict: 'retry' | 'reject';
    }
  | { readonly type: 'opened'; readonly attempt: number }
  /** A valid frame: proof of life. Only told while it is news, see `awaitsProof`. */
  | { readonly type: 'frame'; readonly attempt: number }
  | {
      readonly type: 'closed';
      readonly attempt: number;
      readonly close: Close;
    }
  /** We gave the link up ourselves, for one of `ownCodes`. */
  | {
      readonly type: 'abandon';
      readonly attempt: number;
      readonly code: OwnCode;
      readonly reason: string;
    }
  /** The page is back, or the network, or the machine: whatever waits need not wait any longer. */
  | { readonly type: 'wake' }
  /** The network may be gone. */
  | { readonly type: 'doubt' }
  /** The page is put away, to be shown again later perhaps: its links must not stay open. */
  | { readonly type: 'suspend' }
  | { readonly type: 'timer'; readonly timer: TimerName };

export type Effect =
  | { readonly type: 'stop-timer'; readonly timer: TimerName }
  /** A timer of that name that runs already is replaced. */
  | { readonly type: 'start-timer'; readonly timer: TimerName; readonly delayMs: number }
  /**
   * Detach the socket and close it; its own close is never awaited. Pending requests are rejected, and the uptime is over.
   */
  | { readonly type: 'drop-link'; readonly code: number; readonly reason: string }
  /** Find the url and the token; answer `prepared` or `prepare-failed`. */
  | { readonly type: 'prepare'; readonly attempt: number; readonly tokenReason: TokenReason }
  | { readonly type: 'open-socket'; readonly attempt: number }
  /** Ask the server for a sign of life. */
  | { readonly type: 'probe' }
  /** The link ended at once, without a word. */
  | { readonly type: 'doubt-session'; readonly how: 'closed' | 'torn' }
  /** The link may be used: whatever was queued goes out now. */
  | { readonly type: 'announce-connected' }
  /** Nothing will be sent any more that was queued. */
  | { readonly type: 'clear-queue' }
  /** Forget the id and the sequence. */
  | { readonly type: 'end-session' }
  /** Something went wrong that the new state says nothing of. */
  | { readonly type: 'report'; readonly error: WebSocketServiceError };

/** What the config has to say, as plain functions and numbers. Time and chance come in through it. */
export interface LifecyclePolicy {
  readonly maxRetries: number;
  readonly connectTimeoutMs: number;
  readonly minUptimeMs: number;
  readonly connectedOn: 'open' | 'first-frame';
  /** Whether there is someone to ask for a fresh token. */
  readonly tokenSource: 'function' | 'fixed';
  readonly classify: (close: CloseInfo) => CloseVerdict;
  readonly delayMs: (run: Run, verdict: CloseVerdict) => number;
  /** A little chance, so that what one event woke everywhere does not arrive everywhere at once. */
  readonly wakeDelayMs: () => number;
  readonly now: () => number;
}

/** Why we give a link up. 4000 and 4001 mean the same to Mattermost's client. 3000 is IANA's "Unauthorized". */
export const ownCodes = { missedAnswer: 4000, gap: 4001, badFrames: 4002, unauthorized: 3000 } as const;

export type OwnCode = (typeof ownCodes)[keyof typeof ownCodes];

type Step = readonly [LifecycleState, readonly Effect[]];

type Up = Extract<LifecycleState, { health: LinkHealth }>;

type Close = NonNullable<Run['lastClose']>;

export const initialState: LifecycleState = {
  phase: 'stopped',
  reason: 'idle',
  attempt: 0,
  failures: 0,
  previousDelayMs: null,
  history: 'first',
  refresh: 'unused',
  lastClose: null,
  lossCode: null,
  refusals: 0,
  hurriedAt: [],
  wakeHeardAt: null,
  wokenAt: null,
  error: null,
};

/** The whole life of the connection. Total: every state answers every event, if only by staying as it is. */
export function transition(state: LifecycleState, event: LifecycleEvent, policy: LifecyclePolicy): Step {
  if ('attempt' in event && event.attempt !== state.attempt) return ignore(state);
  switch (event.type) {
    case 'connect':
      return start(
        { ...initialState, attempt: state.attempt },
        [dropLink(1000, 'new session'), { type: 'clear-queue' }, endSession],
        'initial',
      );
    case 'reconnect': {
      const anew = { ...state, failures: 0, previousDelayMs: null };
      // The token is being asked for already: a second question at the same time could cost both answers.
      if (state.phase === 'preparing') return [anew, []];
      return start(
        { ...anew, error: null, refresh: 'unused', history: historyOf(state) },
        [dropLink(1000, 'reconnect')],
        'reconnect',
      );
    }
    case 'disconnect':
      return stop({ ...state, error: null }, 'client');
    case 'disable':
      return stop({ ...state, error: null }, 'idle');
    case 'reject':
      return stop({ ...state, error: event.error }, 'invalid-config');
    case 'prepared':
      if (state.phase !== 'preparing') return ignore(state);
      return [
        { ...state, phase: 'opening' },
        [startTimer('phase', policy.connectTimeoutMs), { type: 'open-socket', attempt: state.attempt }],
      ];
    case 'prepare-failed':
      if (!isTrying(state)) return ignore(state);
      if (event.verdict === 'reject') return stop({ ...state, error: event.error }, 'invalid-config');
      return afterFailedAttempt(state, event.error, policy);
    case 'opened':
      return state.phase === 'opening' ? afterOpen(state, policy) : ignore(state);
    case 'frame':
      return isUp(state) ? afterFrame(state) : ignore(state);
    case 'closed':
      return isTrying(state) || isUp(state) ? afterClose(state, event.close, policy) : ignore(state);
    case 'abandon':
      return isUp(state) ? afterAbandoning(state, event, policy) : ignore(state);
    case 'wake':
      return afterWake(state, policy);
    case 'doubt':
      return [state, state.phase === 'connected' ? [probe] : []];
    case 'suspend':
      if (state.phase === 'stopped' || state.phase === 'asleep') return ignore(state);
      return [
        { ...state, history: historyOf(state), phase: 'asleep' },
        [stopTimer('phase'), dropLink(1000, 'the page is put away')],
      ];
    case 'timer':
      return afterTimer(state, event.timer, policy);
    default:
      event satisfies never;
      return ignore(state);
  }
}

/** Whether the next valid frame is news to the lifecycle. Asked for every frame, so that the others cost nothing. */
export function awaitsProof(state: LifecycleState): boolean {
  return isUp(state) && (state.health === 'new' || state.health === 'aged');
}

/** Whether the page's signals matter: not to a connection that was never asked for, or was stopped on purpose. */
export function hearsWakeSignals(state: LifecycleState): boolean {
  return state.phase !== 'stopped' || state.reason === 'attempts-exhausted';
}

function afterOpen(state: LifecycleState, policy: LifecyclePolicy): Step {
  const uptime = startTimer('uptime', policy.minUptimeMs);
  const open = { ...state, phase: 'open', health: 'new', lossCode: null } as const;
  // The phase's timer goes on: a socket that opens and then says nothing is no connection.
  if (policy.connectedOn === 'first-frame') return [open, [uptime]];
  return [{ ...open, ...usable }, [stopTimer('phase'), uptime, announceConnected]];
}

function afterFrame(state: Up): Step {
  const proven = prove(state);
  if (state.phase === 'open') return [{ ...proven, ...usable }, [stopTimer('phase'), announceConnected]];
  return [proven, proven.health === 'stable' ? [stopTimer('uptime')] : []];
}

/** What is so as soon as the link may be used. */
const usable = { phase: 'connected', refusals: 0, error: null } as const;

function prove(state: Up): Up {
  switch (state.health) {
    case 'new':
      return { ...state, health: 'alive', refresh: state.refresh === 'unused' ? 'unused' : 'proven' };
    case 'aged':
      return { ...state, ...forgiven, health: 'stable' };
    case 'alive':
    case 'stable':
      return state;
    default:
      state.health satisfies never;
      return state;
  }
}

/** A link that was lost after this long is no part of a row of failures, however little it said. */
const QUIET_MS = 60_000;

/** What a stable link makes us forget. */
const forgiven = { failures: 0, refusals: 0, previousDelayMs: null, refresh: 'unused' } as const;

function afterTimer(state: LifecycleState, timer: TimerName, policy: LifecyclePolicy): Step {
  switch (timer) {
    case 'phase':
      if (state.phase === 'starting' || state.phase === 'waiting')
        return prepare(state, state.tokenReason, policy);
      return isTrying(state) || state.phase === 'open'
        ? afterFailedAttempt(state, late(state, policy), policy)
        : ignore(state);
    case 'uptime':
      if (!isUp(state) || state.health === 'stable') return ignore(state);
      if (state.health === 'new') return [{ ...state, health: 'aged' }, [startTimer('uptime', QUIET_MS)]];
      return [{ ...state, ...forgiven, health: 'stable' }, []];
    default:
      timer satisfies never;
      return ignore(state);
  }
}

function late({ phase }: LifecycleState, { connectTimeoutMs }: LifecyclePolicy): WebSocketServiceError {
  return failure(phase === 'preparing' ? 'connect-timeout/token' : 'connect-timeout/server', {
    connectTimeoutMs,
  });
}

function afterFailedAttempt(
  state: LifecycleState,
  error: WebSocketServiceError,
  policy: LifecyclePolicy,
): Step {
  const { phase, refresh, refusals } = state;
  // A fresh token that was asked for, and did not come, is asked for again.
  const isOpenQuestion = phase === 'preparing' && (refresh === 'used' || refusals === 2);
  return afterFailure(
    { ...forgetOldWake(state, policy), error },
    'retry',
    policy,
    isOpenQuestion ? 'unauthorized' : 'reconnect',
  );
}

function afterClose(state: LifecycleState, close: Close, policy: LifecyclePolicy): Step {
  const isProven = state.phase === 'connected';
  const { code, wasClean } = close;
  const verdict = policy.classify({ ...close, ...rowOf(state), opened: isUp(state) });
  const refusals = isProven ? 0 : state.refusals + 1;
  const error = isProven ? null : failure('connection-failed', { code });
  const lost = { ...closedWith(state, close, policy), refusals, error };
  // A browser shows a refused handshake as it shows a server that is down. After two in a row a stale token is one
  // possible cause; asked once, because an outage must not become everybody's refresh.
  const [next, effects] = afterFailure(lost, verdict, policy, refusals === 2 ? 'unauthorized' : 'reconnect');
  const isAtOnce = isUp(state) && state.health === 'new' && verdict === 'retry';
  if (!isAtOnce) return [next, effects];
  return [next, [{ type: 'doubt-session', how: wasClean ? 'closed' : 'torn' }, ...effects]];
}

function afterAbandoning(
  state: Up,
  { code, reason }: Extract<LifecycleEvent, { type: 'abandon' }>,
  policy: LifecyclePolicy,
): Step {
  const lost = closedWith({ ...state, error: null }, { code, reason, wasClean: false }, policy);
  if (code === ownCodes.unauthorized) return afterFailure(lost, 'auth', policy);
  // A socket that opened and then said nothing: an attempt that failed, not a link that was lost.
  if (state.phase === 'open')
    return afterFailure({ ...lost, error: failure('connect-timeout/silent', {}) }, 'retry', policy);
  const isProven = state.health === 'alive' || state.health === 'stable';
  const mayReplace = state.failures === 0 || (isProven && state.failures < MAX_HURRIES);
  return afterFailure(lost, mayReplace && mayHurry(state, policy) ? 'replace' : 'retry', policy);
}

/** So many attempts may follow without a wait, in this time: no server can make us spin, whatever it proves to be. */
const MAX_HURRIES = 3;
const HURRY_MS = 10_000;

function mayHurry(run: Run, policy: LifecyclePolicy): boolean {
  return recentHurries(run, policy).length < MAX_HURRIES;
}

function recentHurries({ hurriedAt }: Run, policy: LifecyclePolicy): readonly number[] {
  return hurriedAt.filter((at) => Math.abs(policy.now() - at) <= HURRY_MS);
}

/** Not in the same macrotask: whoever waited for a reply over the old link hears of its loss before there is a new one. */
function atOnce(failed: Run, tokenReason: TokenReason, policy: LifecyclePolicy, drop: Effect): Step {
  const hurriedAt = [...recentHurries(failed, policy), policy.now()];
  return start({ ...failed, hurriedAt }, [drop], tokenReason);
}

/** What a close policy may want to know of the closes before this one. */
function rowOf({ failures, lastClose }: Run): Pick<CloseInfo, 'failures' | 'previousCode'> {
  return { failures, previousCode: failures > 0 ? (lastClose?.code ?? null) : null };
}

function closedWith(state: LifecycleState, lastClose: Close, policy: LifecyclePolicy): LifecycleState {
  return { ...forgetOldWake(state, policy), lastClose, lossCode: state.lossCode ?? lastClose.code };
}

/** At most one attempt in this time is owed to wake signals: a laptop that opens sends four of them, a bad network many. */
const WAKE_INTERVAL_MS = 5_000;

function afterWake(state: LifecycleState, policy: LifecyclePolicy): Step {
  const wakeHeardAt = policy.now();
  switch (state.phase) {
    case 'connected':
      return [{ ...state, wakeHeardAt }, [probe]];
    case 'asleep':
      return prepare(state, reasonAfterSleep(state), policy);
    case 'waiting': {
      const [sooner, effects] = tryAfter(state, soonestMs(state, policy), state.tokenReason, policy);
      // What is overdue by the clock is not by the timer: the clock was set forward.
      if (sooner.retryAt < state.retryAt || state.retryAt < wakeHeardAt) return [sooner, effects];
      // A frozen page's timer stood still: what is left of the wait is what the clock says.
      return [state, [startTimer('phase', state.retryAt - wakeHeardAt)]];
    }
    case 'stopped': {
      if (!hearsWakeSignals(state)) return ignore(state);
      const revived: Run = { ...state, ...forgiven, history: 'again', error: null };
      return tryAfter(revived, soonestMs(state, policy), 'reconnect', policy);
    }
    case 'preparing':
    case 'opening':
    case 'open':
      return [{ ...state, wakeHeardAt }, []];
    case 'starting':
      return ignore(state);
    default:
      state satisfies never;
      return ignore(state);
  }
}

/**
 * What goes on after a failure. A wake signal may come just before the bad news: the page is back, and a moment later the
 * browser says that the link is gone. An attempt that was under way then is older than the signal, however late it
 * fails; a link that lived on for a while was not what the signal was about.
 */
function forgetOldWake(state: LifecycleState, policy: LifecyclePolicy): LifecycleState {
  const { wakeHeardAt } = state;
  const isOldNews =
    state.phase === 'connected' && wakeHeardAt !== null && policy.now() - wakeHeardAt > WAKE_INTERVAL_MS;
  return isOldNews ? { ...state, wakeHeardAt: null } : state;
}

function reasonAfterSleep({ refresh, history }: Run): TokenReason {
  if (refresh === 'used') return 'unauthorized';
  return history === 'first' ? 'initial' : 'reconnect';
}

function tryAfter(
  before: Run,
  delayMs: number,
  tokenReason: TokenReason,
  policy: LifecyclePolicy,
): readonly [Extract<LifecycleState, { phase: 'waiting' }>, readonly Effect[]] {
  const retryAt = policy.now() + delayMs;
  return [
    { ...before, phase: 'waiting', retryAt, wokenAt: retryAt, tokenReason },
    [startTimer('phase', delayMs)],
  ];
}

/** How soon the attempt may be made that a wake signal asks for. */
function soonestMs({ wokenAt }: Run, policy: LifecyclePolicy): number {
  const owedMs = wokenAt === null ? 0 : wokenAt + WAKE_INTERVAL_MS - policy.now();
  // A clock that was set back would have us wait for ever.
  return Math.min(Math.max(owedMs, 0), WAKE_INTERVAL_MS) + policy.wakeDelayMs();
}

/**
 * Something failed or was lost: the one place that decides what comes of it. `replace`: we gave the link up ourselves,
 * and need not wait.
 */
function afterFailure(
  before: Run,
  verdict: CloseVerdict | 'replace',
  policy: LifecyclePolicy,
  tokenReason: TokenReason = 'reconnect',
): Step {
  const failed: Run = { ...before, failures: before.failures + 1, history: 'again' };
  const { failures, refresh, error: cause, lastClose } = failed;
  switch (verdict) {
    case 'fatal': {
      const error = failure('fatal-close', { code: lastClose?.code ?? null });
      return stop({ ...failed, error }, 'fatal-close', cause);
    }
    case 'auth': {
      if (refresh === 'used' || policy.tokenSource === 'fixed') {
        const error = failure(`unauthorized/${policy.tokenSource === 'fixed' ? 'fixed' : 'fresh'}-token`, {});
        return stop({ ...failed, error }, 'unauthorized', cause);
      }
      const asked = { ...failed, refresh: 'used' } as const;
      return refresh === 'unused' && mayHurry(failed, policy)
        ? atOnce(asked, 'unauthorized', policy, dropLink(1000, 'new token'))
        : wait(asked, verdict, 'unauthorized', policy);
    }
    case 'replace':
      return failures > policy.maxRetries
        ? giveUp(failed)
        : atOnce(failed, tokenReason, policy, dropLink(ownCode(failed), 'replaced'));
    case 'retry':
    case 'restart':
      return wait(failed, verdict, tokenReason, policy);
    default:
      verdict satisfies never;
      return giveUp(failed);
  }
}

function wait(failed: Run, verdict: CloseVerdict, tokenReason: TokenReason, policy: LifecyclePolicy): Step {
  if (failed.failures > policy.maxRetries) return giveUp(failed);
  const previousDelayMs = policy.delayMs(failed, verdict);
  const isWoken = failed.wakeHeardAt !== null && verdict === 'retry';
  const delayMs = isWoken ? Math.min(soonestMs(failed, policy), previousDelayMs) : previousDelayMs;
  const [waiting, effects] = tryAfter(failed, delayMs, tokenReason, policy);
  const wokenAt = delayMs < previousDelayMs ? waiting.retryAt : failed.wokenAt;
  // With an error it was an attempt that failed, and the last close that of an older link.
  const code = failed.error === null ? ownCode(failed) : 1000;
  return [{ ...waiting, previousDelayMs, wokenAt }, [dropLink(code, 'replaced'), ...effects]];
}

function giveUp(failed: Run): Step {
  const { failures, error: cause } = failed;
  const error = failure('attempts-exhausted', { failures }, cause === null ? {} : { cause });
  return stop({ ...failed, error }, 'attempts-exhausted', cause);
}

/** The attempt itself begins a macrotask later, so that several changes in one tick open one socket. */
function start(next: Run, effects: readonly Effect[], tokenReason: TokenReason): Step {
  return [{ ...next, phase: 'starting', tokenReason }, [...effects, startTimer('phase', 0)]];
}

function prepare(before: Run, tokenReason: TokenReason, policy: LifecyclePolicy): Step {
  const attempt = before.attempt + 1;
  return [
    { ...before, attempt, wakeHeardAt: null, phase: 'preparing' },
    [startTimer('phase', policy.connectTimeoutMs), { type: 'prepare', attempt, tokenReason }],
  ];
}

function stop(before: Run, reason: DisconnectReason, cause: WebSocketServiceError | null = null): Step {
  // A page that says "gave up after 8 failures" needs the number.
  const isFailure = reason === 'attempts-exhausted' || reason === 'unauthorized' || reason === 'fatal-close';
  const effects: Effect[] = [stopTimer('phase'), dropLink(1000, 'disconnect'), { type: 'clear-queue' }];
  // After giving up, `reconnect()` takes the session up again; after a stop that was asked for, there is none.
  if (reason !== 'attempts-exhausted') effects.push(endSession);
  if (cause !== null) effects.push({ type: 'report', error: cause });
  const anew = { ...forgiven, lossCode: null, history: 'first' } as const;
  return [{ ...before, ...(isFailure ? {} : anew), phase: 'stopped', reason }, effects];
}

function ignore(state: LifecycleState): Step {
  return [state, []];
}

function isTrying(
  state: LifecycleState,
): state is Extract<LifecycleState, { phase: 'preparing' | 'opening' }> {
  return state.phase === 'preparing' || state.phase === 'opening';
}

function isUp(state: LifecycleState): state is Up {
  return state.phase === 'open' || state.phase === 'connected';
}

/** `reconnect()` on a link that was up, or after a failure, is a reconnection; before the first attempt it is not. */
function historyOf(state: LifecycleState): Run['history'] {
  return isUp(state) ? 'again' : state.history;
}

const probe: Effect = { type: 'probe' };
const announceConnected: Effect = { type: 'announce-connected' };

/** Whoever runs it shows the forgotten session in the same write as the new state. */
export const endSession: Effect = { type: 'end-session' };

function startTimer(timer: TimerName, delayMs: number): Effect {
  return { type: 'start-timer', timer, delayMs };
}

function stopTimer(timer: TimerName): Effect {
  return { type: 'stop-timer', timer };
}

function dropLink(code: number, reason: string): Effect {
  return { type: 'drop-link', code, reason };
}

/**
 * The code to close a socket with that we gave up on: our own code, where there is one. A page may use only 1000 and
 * 3000–4999; anything else throws (WHATWG WebSockets).
 */
function ownCode({ lastClose }: Run): number {
  const { code = 1000 } = lastClose ?? {};
  return (Object.values(ownCodes) as number[]).includes(code) ? code : 1000;
}
