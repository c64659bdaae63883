/** How long can a timer wait? */

/** The longest, ms (24.8 days). A browser and Node fire at once when asked for more. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Whether a timer can wait for this long. */
export function isTimerMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER_MS;
}
