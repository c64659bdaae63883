/** The wait before the next attempt: pure formulas over the number of failures in a row. */
import type { BackoffContext } from '../types.ts';

/**
 * The default backoff, with the formula of Mattermost's client: `reconnectDelay` for the first `backoffAfter` failures,
 * then `reconnectDelay` times the number of failures squared, at most `reconnectDelayMax`; a random time of up to
 * `reconnectJitter` is added. Returns ms. With the default delays: 3–5 s seven times, then 192, 243, 300, 300, … s (+ 0–2).
 */
export function vendorBackoff(context: BackoffContext): number {
  const { failures, reconnectDelay } = context;
  const base =
    failures > context.backoffAfter
      ? Math.min(reconnectDelay * failures ** 2, context.reconnectDelayMax)
      : reconnectDelay;
  return base + context.random() * context.reconnectJitter;
}

/** The longest wait of `decorrelatedBackoff`. A longer one would only delay everyone, without spreading clients more. */
const DECORRELATED_CAP_MS = 30_000;

/**
 * Each wait is a random time between `reconnectDelay` and three times the last wait, at most 30 s (or
 * `reconnectDelayMax`, if that is less). Returns ms. Clients that lost their connections together spread out: see
 * "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
 */
export function decorrelatedBackoff(context: BackoffContext): number {
  const { reconnectDelay } = context;
  const highest = (context.previousDelayMs ?? reconnectDelay) * 3;
  const drawn = reconnectDelay + context.random() * Math.max(0, highest - reconnectDelay);
  return Math.min(drawn, Math.max(DECORRELATED_CAP_MS, reconnectDelay), context.reconnectDelayMax);
}
