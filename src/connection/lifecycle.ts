/**
 * The connection lifecycle as one pure function: `transition(state, event, policy)` returns the next state and the
 * effects to run. The service publishes the new state and then runs the effects in order.
 *
 * ```
 *                connect                    prepared                 opened
 *   stopped ───────────────▶ starting ──▶ preparing ──▶ opening ──────────────▶ connected
 *      ▲                                   ▲    │          │  (not on open: ─▶ open ─▶) │
 *      │                                   │    └────┬─────┘                            │
 *      │                                   │   failed, timed out, closed        closed, abandoned
 *      │                                   │         ▼                                  │
 *      │                    at once, or    ├─── afterFailure ◀──────────────────────────┘
 *      │                    after waiting  │         │
 *      │   attempts exhausted,             └─ waiting ◀──── wake: sooner
 *      └── unauthorized, fatal, done ────────────────┘
 *
 *   From anywhere: connect (new session) and reconnect lead to starting; disconnect, disable and reject to stopped.
 *   From anywhere but stopped: pause leads to paused, and resume from there to starting.
 *   From anywhere but stopped and paused: suspend leads to asleep, and wake from there to preparing.
 *   From stopped with attempts exhausted: wake leads to waiting.
 *   From opening: probed (the socket of an attempt without the session has opened) leads to starting.
 * ```
 *
 * `preparing` waits for the url and the token, `opening` for the socket, `waiting` for the backoff, and `asleep` for a
 * page in the back/forward cache to be shown again. `paused` is disconnected, but keeps the session for a while. Attempts
 * are numbered. An event of another attempt is stale and changes nothing.
 *
 * What happens when the socket closes: `judgeClose` classifies the close, and `afterFailure` decides what follows.
 */
import { failure, type WebSocketServiceError } from '../errors.ts';
import type { CloseVerdict, TokenReason } from '../types.ts';
import { reasonAfterClose } from './close-policy.ts';
import { noFailures, prove, QUIET_MS, resumeEnded } from './link-health.ts';
import { closedWith, judgeClose } from './lost-link.ts';
import {
  forgetUnrelatedWake,
  MAX_IMMEDIATE_RETRIES,
  mayRetryNow,
  recentRetries,
  soonestMs,
} from './retry-timing.ts';
import {
  announceConnected,
  clearQueue,
  closeCodeOf,
  dropLink,
  type Effect,
  endSession,
  hearsWakeSignals,
  historyOf,
  initialState,
  isIdle,
  isTrying,
  isUp,
  type LifecycleContext,
  type LifecycleEvent,
  type LifecyclePolicy,
  type LifecycleState,
  type OwnCode,
  ownCodes,
  probe,
  startTimer,
  stopTimer,
  type TimerName,
  trustPings,
  type UpState,
} from './states.ts';
import { ignore, pause, prepare, resume, type Step, start, stop, waitFor } from './steps.ts';

/** Returns the next state and the effects to run. Total: a state that an event does not concern stays as it is. */
export function transition(state: LifecycleState, event: LifecycleEvent, policy: LifecyclePolicy): Step {
  if ('attempt' in event && event.attempt !== state.attempt) return ignore(state);
  switch (event.type) {
    case 'connect':
      return start(
        { ...initialState, attempt: state.attempt },
        [dropLink(1000, 'new session'), ...(isIdle(state) ? [] : [clearQueue]), endSession],
        'initial',
      );
    case 'reconnect': {
      const fresh = { ...state, failures: 0, previousDelayMs: null };
      // The token is being requested already. Services that rotate refresh tokens treat two requests at once as theft.
      if (state.phase === 'preparing') return [fresh, [trustPings]];
      // An app may call this because nothing comes, so it counts like a lost link.
      const ended = isUp(state) ? resumeEnded(state, 'torn', policy) : [];
      return start(
        { ...fresh, error: null, refresh: 'unused', history: historyOf(state) },
        [...ended, dropLink(1000, 'reconnect'), trustPings],
        'reconnect',
      );
    }
    case 'new-token':
      return [{ ...state, token: 'new' }, []];
    case 'disconnect':
      return stop({ ...state, error: null }, 'client');
    case 'pause':
      return pause(state, event.graceMs, policy);
    case 'resume':
      return state.phase === 'paused' ? resume(state, policy) : ignore(state);
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
    case 'probed':
      if (state.phase !== 'opening') return ignore(state);
      return start({ ...state, asksFor: 'session-again' }, [dropLink(1000, 'probe')], 'reconnect');
    case 'frame':
      return isUp(state) ? afterFrame(state) : ignore(state);
    case 'closed':
      return isTrying(state) || isUp(state) ? afterClose(state, event, policy) : ignore(state);
    case 'abandon':
      return isUp(state) ? afterAbandoning(state, event, policy) : ignore(state);
    case 'wake':
      return afterWake(state, policy);
    case 'network-suspect':
      return [state, state.phase === 'connected' ? [probe] : []];
    case 'suspend':
      if (state.phase === 'stopped' || state.phase === 'paused' || state.phase === 'asleep')
        return ignore(state);
      return [
        { ...state, history: historyOf(state), phase: 'asleep' },
        [stopTimer('phase'), dropLink(1000, 'page suspended')],
      ];
    case 'timer':
      return afterTimer(state, event.timer, policy);
    case 'mirror':
      return ignore(state);
    default:
      event satisfies never;
      return ignore(state);
  }
}

function afterOpen(state: LifecycleState, policy: LifecyclePolicy): Step {
  const uptime = startTimer('uptime', policy.minUptimeMs);
  const open = {
    ...state,
    phase: 'open',
    health: 'new',
    openedAt: policy.now(),
    lossCode: null,
    asksFor: 'session',
  } as const;
  // The phase timer keeps running: a socket that opens and then stays silent is not connected.
  if (policy.connectedOn !== 'open') return [open, [uptime]];
  return [{ ...open, ...usable }, [stopTimer('phase'), uptime, announceConnected]];
}

function afterFrame(state: UpState): Step {
  const proven = prove(state);
  if (state.phase === 'open') return [{ ...proven, ...usable }, [stopTimer('phase'), announceConnected]];
  return [proven, proven.health === 'stable' ? [stopTimer('uptime')] : []];
}

/** Set as soon as the link can be used. */
const usable = { phase: 'connected', refusals: 0, error: null } as const;

function afterTimer(state: LifecycleState, timer: TimerName, policy: LifecyclePolicy): Step {
  switch (timer) {
    case 'phase':
      if (state.phase === 'starting' || state.phase === 'waiting')
        return prepare(state, state.tokenReason, policy);
      if (!isTrying(state) && state.phase !== 'open') return ignore(state);
      return afterTimeout(state, policy);
    case 'uptime':
      if (!isUp(state) || state.health === 'stable') return ignore(state);
      if (state.health === 'new') return [{ ...state, health: 'aged' }, [startTimer('uptime', QUIET_MS)]];
      return [{ ...state, ...noFailures, health: 'stable' }, []];
    default:
      timer satisfies never;
      return ignore(state);
  }
}

function afterTimeout(state: LifecycleState, policy: LifecyclePolicy): Step {
  const [next, effects] = afterFailedAttempt(state, timeoutError(state, policy), policy);
  return [next, isUp(state) ? [...resumeEnded(state, 'torn', policy), ...effects] : effects];
}

function timeoutError({ phase }: LifecycleState, policy: LifecyclePolicy): WebSocketServiceError {
  const { connectTimeoutMs } = policy;
  const problem = phase === 'preparing' ? 'connect-timeout/token' : 'connect-timeout/server';
  return failure(problem, { connectTimeoutMs });
}

function afterFailedAttempt(
  state: LifecycleState,
  error: WebSocketServiceError,
  policy: LifecyclePolicy,
): Step {
  const { phase, refresh, refusals } = state;
  // A fresh token was requested and did not arrive, so the next attempt requests it again.
  const needsFreshToken = phase === 'preparing' && (refresh === 'used' || refusals === 2);
  return afterFailure(
    { ...forgetUnrelatedWake(state, policy), error },
    'retry',
    policy,
    needsFreshToken ? 'unauthorized' : 'reconnect',
  );
}

function afterClose(
  state: LifecycleState,
  event: Extract<LifecycleEvent, { type: 'closed' }>,
  policy: LifecyclePolicy,
): Step {
  const { lost, verdict, effects } = judgeClose(state, event, policy);
  const [next, more] = afterFailure(lost, verdict, policy, reasonAfterClose(event.close.code, lost.refusals));
  return [next, [...effects, ...more]];
}

function afterAbandoning(
  state: UpState,
  { code, reason, silentMs }: Extract<LifecycleEvent, { type: 'abandon' }>,
  policy: LifecyclePolicy,
): Step {
  const lost = closedWith({ ...state, error: null }, { code, reason, wasClean: false }, policy);
  const [next, effects] = afterAbandonedLink(state, lost, code, policy);
  return [next, [...resumeEnded(state, 'closed', policy, silentMs), ...effects]];
}

function afterAbandonedLink(
  state: UpState,
  lost: LifecycleState,
  code: OwnCode,
  policy: LifecyclePolicy,
): Step {
  if (code === ownCodes.unauthorized) return afterFailure(lost, 'auth', policy);
  // The socket opened and then stayed silent: a failed attempt, not a lost link.
  if (state.phase === 'open')
    return afterFailure({ ...lost, error: failure('connect-timeout/silent', {}) }, 'retry', policy);
  const isProven = state.health === 'alive' || state.health === 'stable';
  const mayReplace = state.failures === 0 || (isProven && state.failures < MAX_IMMEDIATE_RETRIES);
  return afterFailure(lost, mayReplace && mayRetryNow(state, policy) ? 'replace' : 'retry', policy);
}

/** Starts a macrotask later, so that pending requests reject before the next socket opens. */
function retryNow(
  failed: LifecycleContext,
  tokenReason: TokenReason,
  policy: LifecyclePolicy,
  drop: Effect,
): Step {
  const immediateRetries = [...recentRetries(failed, policy), policy.now()];
  return start({ ...failed, immediateRetries }, [drop], tokenReason);
}

function afterWake(state: LifecycleState, policy: LifecyclePolicy): Step {
  const wakeHeardAt = policy.now();
  switch (state.phase) {
    case 'connected':
      return [{ ...state, wakeHeardAt }, [probe]];
    case 'asleep':
      return prepare(state, reasonAfterSleep(state), policy);
    case 'waiting': {
      const [sooner, effects] = waitFor(state, soonestMs(state, policy), state.tokenReason, policy);
      // Overdue by the clock, but not by the timer: the clock was set forward.
      if (sooner.retryAt < state.retryAt || state.retryAt < wakeHeardAt) return [sooner, effects];
      // The timer of a frozen page stood still, so the rest of the wait is computed from the clock.
      return [state, [startTimer('phase', state.retryAt - wakeHeardAt)]];
    }
    case 'stopped': {
      if (!hearsWakeSignals(state)) return ignore(state);
      const revived: LifecycleContext = { ...state, ...noFailures, history: 'again', error: null };
      return waitFor(revived, soonestMs(state, policy), 'reconnect', policy);
    }
    case 'preparing':
    case 'opening':
    case 'open':
      return [{ ...state, wakeHeardAt }, []];
    case 'starting':
    case 'paused':
      return ignore(state);
    default:
      state satisfies never;
      return ignore(state);
  }
}

function reasonAfterSleep({ refresh, history }: LifecycleContext): TokenReason {
  if (refresh === 'used') return 'unauthorized';
  return history === 'first' ? 'initial' : 'reconnect';
}

/**
 * Decides what follows a failed attempt or a lost link. `replace`: we gave up the link ourselves, so the next attempt need
 * not wait.
 */
function afterFailure(
  before: LifecycleContext,
  verdict: CloseVerdict | 'replace',
  policy: LifecyclePolicy,
  tokenReason: TokenReason = 'reconnect',
): Step {
  const failures = before.failures + 1;
  const failed: LifecycleContext = { ...before, failures, asksFor: 'session', history: 'again' };
  const { refresh, error: cause, lastClose } = failed;
  switch (verdict) {
    case 'fatal': {
      const error = failure('fatal-close', { code: lastClose?.code ?? null });
      return stop({ ...failed, error }, 'fatal-close', cause);
    }
    case 'auth': {
      // A string that the server has not seen yet is as good as a fresh one from a function.
      const isFixed = policy.tokenSource === 'fixed';
      if (isFixed ? failed.token === 'tried' : refresh === 'used') {
        const error = failure(`unauthorized/${isFixed ? 'fixed' : 'fresh'}-token`, {});
        return stop({ ...failed, error }, 'unauthorized', cause);
      }
      const asked = { ...failed, refresh: 'used' } as const;
      return refresh === 'unused' && mayRetryNow(failed, policy)
        ? retryNow(asked, 'unauthorized', policy, dropLink(1000, 'new token'))
        : wait(asked, verdict, 'unauthorized', policy);
    }
    case 'done':
      return stop({ ...before, error: null }, 'ended');
    case 'replace':
      return failures > policy.maxRetries
        ? giveUp(failed)
        : retryNow(failed, tokenReason, policy, dropLink(closeCodeOf(failed), 'replaced'));
    case 'retry':
    case 'restart':
      return wait(failed, verdict, tokenReason, policy);
    default:
      verdict satisfies never;
      return giveUp(failed);
  }
}

function wait(
  failed: LifecycleContext,
  verdict: CloseVerdict,
  tokenReason: TokenReason,
  policy: LifecyclePolicy,
): Step {
  if (failed.failures > policy.maxRetries) return giveUp(failed);
  const drawnMs = policy.delayMs(failed, verdict);
  const isWoken = failed.wakeHeardAt !== null && verdict === 'retry';
  const delayMs = isWoken ? Math.min(soonestMs(failed, policy), drawnMs) : drawnMs;
  const [waiting, effects] = waitFor(failed, delayMs, tokenReason, policy);
  const wokenAt = delayMs < drawnMs ? waiting.retryAt : failed.wokenAt;
  // With an error, an attempt failed, and `lastClose` may belong to an older link.
  const code = failed.error === null ? closeCodeOf(failed) : 1000;
  return [{ ...waiting, previousDelayMs: drawnMs, wokenAt }, [dropLink(code, 'replaced'), ...effects]];
}

function giveUp(failed: LifecycleContext): Step {
  const { failures, error: cause } = failed;
  const error = failure('attempts-exhausted', { failures }, cause === null ? {} : { cause });
  return stop({ ...failed, error }, 'attempts-exhausted', cause);
}
