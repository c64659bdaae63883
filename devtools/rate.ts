/** Counts events per second, in one bucket for each of the last seconds. It costs nothing while nothing comes. */

export interface RateMeter {
  /** One more, at this time (epoch ms). */
  count(at: number): void;
  /** In the last whole second. */
  perSecond(at: number): number;
  /** In the second that is under way. */
  current(at: number): number;
  /** The whole seconds before this one, oldest first. */
  history(at: number): readonly number[];
  clear(): void;
}

export const RATE_SECONDS: number = 60;

/** One more, for the second that is under way. */
const BUCKETS = RATE_SECONDS + 1;

export function createRateMeter(): RateMeter {
  const buckets = new Uint32Array(BUCKETS);
  let newest = 0;

  const moveTo = (at: number): void => {
    const second = Math.floor(at / 1_000);
    if (second === newest) return;
    // The clock was set back by more than a second, or moved past every bucket.
    if (second < newest - 1 || second - newest >= BUCKETS) buckets.fill(0);
    else if (second < newest) return;
    else for (let next = newest + 1; next <= second; next += 1) buckets[next % BUCKETS] = 0;
    newest = second;
  };

  return {
    count(at) {
      moveTo(at);
      const index = newest % BUCKETS;
      buckets[index] = (buckets[index] ?? 0) + 1;
    },
    perSecond(at) {
      moveTo(at);
      return buckets[(newest - 1 + BUCKETS) % BUCKETS] ?? 0;
    },
    current(at) {
      moveTo(at);
      return buckets[newest % BUCKETS] ?? 0;
    },
    history(at) {
      moveTo(at);
      return Array.from({ length: RATE_SECONDS }, (_, index) => buckets[(newest + 1 + index) % BUCKETS] ?? 0);
    },
    clear() {
      buckets.fill(0);
    },
  };
}
