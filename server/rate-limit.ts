/** Counts what one client sends in a second. */

export type RateVerdict = 'allowed' | 'refused' | 'close';

/** Up to `perSecond` are allowed in each second, up to twice as many are refused, and with one more the socket is closed. */
export function createRateLimit(perSecond: number, clock: () => number): () => RateVerdict {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(clock() / 1_000);
    if (now !== second) {
      second = now;
      count = 0;
    }
    count += 1;
    if (count <= perSecond) return 'allowed';
    return count <= perSecond * 2 ? 'refused' : 'close';
  };
}
