/**
 * How long a test waits for something that is sure to happen, ms. Longer than any machine takes, because a busy one must not
 * fail a test; shorter than the time limit of a test, so that a failure says what was waited for.
 */
import { vi } from 'vitest';

export const PATIENCE_MS = 240_000;

/** Waits until it throws no more. */
export function eventually<Result>(look: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(look, { timeout: PATIENCE_MS, interval: 5 });
}
