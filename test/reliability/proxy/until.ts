/** Waits for a condition, and reports what it waited for when it does not become true. */

/** Generous: a busy machine is no failure. */
const DEADLINE_MS = 30_000;

const LOOK_EVERY_MS = 2;

export async function until(
  what: string,
  condition: () => boolean,
  { deadlineMs = DEADLINE_MS, facts = () => '' }: UntilOptions = {},
): Promise<void> {
  const startedAt = performance.now();
  while (!condition()) {
    if (performance.now() - startedAt > deadlineMs) {
      throw new Error(`Waited ${deadlineMs} ms, in vain, for: ${what}.\n${facts()}`);
    }
    await pause(LOOK_EVERY_MS);
  }
}

export interface UntilOptions {
  readonly deadlineMs?: number;
  /** More to report when it does not become true. */
  readonly facts?: () => string;
}

/** For pacing actions on a connection; never for waiting until something has happened. */
export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}
