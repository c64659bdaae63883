/** How soon the next attempt may start: limits for attempts without a wait and for attempts caused by wake signals. */
import type { LifecycleContext, LifecyclePolicy, LifecycleState } from './states.ts';

/** At most three attempts without a wait in ten seconds, so that no server can drive a loop. */
export const MAX_IMMEDIATE_RETRIES = 3;
const IMMEDIATE_RETRIES_MS = 10_000;

export function mayRetryNow(context: LifecycleContext, policy: LifecyclePolicy): boolean {
  return recentRetries(context, policy).length < MAX_IMMEDIATE_RETRIES;
}

export function recentRetries(
  { immediateRetries }: LifecycleContext,
  policy: LifecyclePolicy,
): readonly number[] {
  return immediateRetries.filter((at) => Math.abs(policy.now() - at) <= IMMEDIATE_RETRIES_MS);
}

/** At most one attempt in this time is caused by wake signals: opening a laptop sends four, a bad network many. */
const WAKE_INTERVAL_MS = 5_000;

/** How soon an attempt caused by a wake signal may start. */
export function soonestMs({ wokenAt }: LifecycleContext, policy: LifecyclePolicy): number {
  const restMs = wokenAt === null ? 0 : wokenAt + WAKE_INTERVAL_MS - policy.now();
  // Bounded, because after the clock was set back the rest could be very long.
  return Math.min(Math.max(restMs, 0), WAKE_INTERVAL_MS) + policy.wakeDelayMs();
}

/**
 * Drops a wake signal that has nothing to do with this failure. A signal can arrive just before the failure it belongs
 * to: the page is shown again, and a moment later the browser closes the link. An attempt that was under way at the time
 * of the signal keeps it, however late it fails. A link that lived on for a while does not.
 */
export function forgetUnrelatedWake(state: LifecycleState, policy: LifecyclePolicy): LifecycleState {
  const { wakeHeardAt } = state;
  const isUnrelated =
    state.phase === 'connected' && wakeHeardAt !== null && policy.now() - wakeHeardAt > WAKE_INTERVAL_MS;
  return isUnrelated ? { ...state, wakeHeardAt: null } : state;
}
