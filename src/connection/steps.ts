/** The steps that many transitions take: start, prepare, wait, pause, stop. The rules are in lifecycle.ts. */
import type { WebSocketServiceError } from '../errors.ts';
import type { DisconnectReason, TokenReason } from '../types.ts';
import { asksFor, noFailures } from './link-health.ts';
import {
  clearQueue,
  dropLink,
  type Effect,
  endSession,
  isIdle,
  type LifecycleContext,
  type LifecyclePolicy,
  type LifecycleState,
  startTimer,
  stopTimer,
} from './states.ts';

export type Step = readonly [LifecycleState, readonly Effect[]];

export function ignore(state: LifecycleState): Step {
  return [state, []];
}

export function waitFor(
  before: LifecycleContext,
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

/** The attempt itself begins a macrotask later, so that several changes in one tick open one socket. */
export function start(next: LifecycleContext, effects: readonly Effect[], tokenReason: TokenReason): Step {
  return [{ ...next, phase: 'starting', tokenReason }, [...effects, startTimer('phase', 0)]];
}

export function prepare(before: LifecycleContext, tokenReason: TokenReason, policy: LifecyclePolicy): Step {
  const attempt = before.attempt + 1;
  return [
    { ...before, attempt, asksFor: asksFor(before), token: 'tried', wakeHeardAt: null, phase: 'preparing' },
    [startTimer('phase', policy.connectTimeoutMs), { type: 'prepare', attempt, tokenReason }],
  ];
}

export function stop(
  before: LifecycleContext,
  reason: DisconnectReason,
  cause: WebSocketServiceError | null = null,
): Step {
  // Keep the count after a failure: a page may show "gave up after 8 failures".
  const isFailure = reason === 'attempts-exhausted' || reason === 'unauthorized' || reason === 'fatal-close';
  const effects: Effect[] = [stopTimer('phase'), dropLink(1000, 'disconnect'), clearQueue];
  // After giving up, `reconnect()` can resume the session. Every other stop ends it.
  if (reason !== 'attempts-exhausted') effects.push(endSession);
  if (cause !== null) effects.push({ type: 'report', error: cause });
  return [{ ...before, ...(isFailure ? {} : untried), phase: 'stopped', reason }, effects];
}

/** As before the first attempt. */
const untried = { ...noFailures, asksFor: 'session', lossCode: null, history: 'first' } as const;

/**
 * Lets the link go, and keeps the session. There is no timer: whether the session is still kept is checked when the pause
 * is over. A state without a session becomes idle.
 */
export function pause(state: LifecycleState, graceMs: number, policy: LifecyclePolicy): Step {
  if (isIdle(state) || state.phase === 'paused') return ignore(state);
  const hasSession = state.phase !== 'stopped' || state.reason === 'attempts-exhausted';
  if (!hasSession || graceMs === 0) return stop({ ...state, error: null }, 'idle');
  return [
    { ...state, ...untried, error: null, phase: 'paused', graceMs, pausedAt: policy.now() },
    [stopTimer('phase'), dropLink(1000, 'paused'), clearQueue],
  ];
}

export function resume(state: Extract<LifecycleState, { phase: 'paused' }>, policy: LifecyclePolicy): Step {
  // Absolute, because the clock may have been set back.
  const isKept = Math.abs(policy.now() - state.pausedAt) < state.graceMs;
  return start(state, isKept ? [] : [endSession], 'initial');
}
