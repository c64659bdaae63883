/** Limits what one client sends: so many a second, and more at once after a quiet time. */

export type RateVerdict = 'allowed' | 'refused' | 'close';

export type RateLimit = (cost?: number) => RateVerdict;

/** What a client saves up while it is quiet, in seconds of its rate: a client that was away sends what has waited meanwhile. */
export const BURST_SECONDS = 10;

/**
 * A bucket that holds `BURST_SECONDS` of the rate. What finds it empty is refused, and counted; the count falls by the rate. At
 * as many refused as the bucket holds, the client goes on for long, at more than twice the rate, and the verdict is `close`.
 */
export function createRateLimit(perSecond: number, clock: () => number): RateLimit {
  const burst = perSecond * BURST_SECONDS;
  let allowance = burst;
  let excess = 0;
  let lastAt = clock();
  return (cost = 1) => {
    const now = clock();
    // A clock may be set back.
    const gained = (Math.max(now - lastAt, 0) / 1_000) * perSecond;
    lastAt = now;
    allowance = Math.min(allowance + gained, burst);
    excess = Math.max(excess - gained, 0);
    if (allowance >= cost) {
      allowance -= cost;
      return 'allowed';
    }
    // What is refused costs the app nothing, so a large one counts as one.
    excess += 1;
    return excess > burst ? 'close' : 'refused';
  };
}
