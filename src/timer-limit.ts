/** The longest time that a timer can wait for. */

/** 2^31 - 1 ms (24.8 days). Browsers and Node call a timer with a longer delay at once. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** Whether the value is a delay in ms that a timer can wait for. */
export function isTimerMs(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= LONGEST_TIMER_MS;
}
