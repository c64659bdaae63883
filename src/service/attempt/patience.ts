/** How long a link gets before its silence counts. A slow network is not a dead link. */
import type { ServerSession } from '../inbound/delivery.ts';

/** A timer later than this means that the machine or page slept. */
export const SLEEP_MS = 5_000;

/** How far a slow link stretches a wait. A large frame delays what comes behind it. */
const MAX_STRETCH = 8;

/** Each link that was lost to a slow network doubles the wait on the next one. */
export function stretched(waitMs: number, { slowLinks }: ServerSession): number {
  return waitMs * Math.min(2 ** slowLinks, MAX_STRETCH);
}
