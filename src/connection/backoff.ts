/** How long until the next attempt? Pure formulas over the number of failures in a row. */
import type { BackoffContext } from '../types.ts';

/**
 * The formula of Mattermost's client: constant for the first failures, then growing with n², capped, and only then
 * jittered. With the defaults: 3–5 s seven times, then 192, 243, 300, 300, … s (+ 0–2 s).
 */
export function vendorBackoff(context: BackoffContext): number {
  const { failures, reconnectDelay } = context;
  const base =
    failures > context.backoffAfter
      ? Math.min(reconnectDelay * failures ** 2, context.reconnectDelayMax)
      : reconnectDelay;
  return base + context.random() * context.reconnectJitter;
}

/** No wait of the decorrelated policy is longer, ms: past it, spreading further only delays everyone. */
const DECORRELATED_CAP_MS = 30_000;

/**
 * Each wait is drawn between `reconnectDelay` and three times the last one, up to 30 s (or `reconnectDelayMax`, if
 * that is less). Clients that were cut off together drift apart: see "Exponential Backoff and Jitter", AWS
 * Architecture Blog, 2015.
 */
export function decorrelatedBackoff(context: BackoffContext): number {
  const { reconnectDelay } = context;
  const highest = (context.previousDelayMs ?? reconnectDelay) * 3;
  const drawn = reconnectDelay + context.random() * Math.max(0, highest - reconnectDelay);
  return Math.min(drawn, Math.max(DECORRELATED_CAP_MS, reconnectDelay), context.reconnectDelayMax);
}
