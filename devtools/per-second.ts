/** Counts what comes in a second, for one of many names: a few plain numbers, and no timer. */

export interface SecondTally {
  /** The second that `inSecond` counts; `inSecondBefore` is of the one before it. */
  second: number;
  inSecond: number;
  inSecondBefore: number;
}

/** One more, at this time (epoch ms). */
export function countInSecond(tally: SecondTally, at: number): void {
  const second = Math.floor(at / 1_000);
  if (second !== tally.second) {
    tally.inSecondBefore = second === tally.second + 1 ? tally.inSecond : 0;
    tally.second = second;
    tally.inSecond = 0;
  }
  tally.inSecond += 1;
}

/** In the last whole second. */
export function perSecondOf({ second, inSecond, inSecondBefore }: SecondTally, at: number): number {
  const ago = Math.floor(at / 1_000) - second;
  if (ago === 0) return inSecondBefore;
  return ago === 1 ? inSecond : 0;
}
