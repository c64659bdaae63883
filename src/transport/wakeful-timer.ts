/** How long is a wait when the machine sleeps in the middle of it? A timer that notices. */

/** Looked at the clock so often, ms. */
const SLICE_MS = 10_000;

/** The clock has jumped if it differs by more than this from what has been waited, ms. */
const JUMP_MS = 5_000;

/**
 * Calls `onDue` after `delayMs` of being awake, and before that `onJump` whenever the wall clock has jumped: the
 * machine has slept, or the clock was set. Returns a function that stops it.
 */
export function startWakefulTimer(delayMs: number, onDue: () => void, onJump: () => void): () => void {
  let handle: ReturnType<typeof setTimeout>;

  const wait = (restMs: number): void => {
    const sliceMs = Math.min(restMs, SLICE_MS);
    const endsAt = Date.now() + sliceMs;
    handle = setTimeout(() => {
      if (restMs <= sliceMs) return onDue();
      wait(restMs - sliceMs);
      if (Math.abs(Date.now() - endsAt) > JUMP_MS) onJump();
    }, sliceMs);
  };

  wait(delayMs);
  return () => clearTimeout(handle);
}
