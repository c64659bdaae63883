/** A timer that notices when the machine slept, or when its clock was set. */
import { inAct } from './act.ts';

/** How often the clock is compared. */
const SLICE_MS = 10_000;

/** A larger difference between the clock and the time waited is a jump. */
const JUMP_MS = 5_000;

/**
 * Calls `onDue` after `delayMs`, not counting the time that the machine slept. Calls `onJump` if the wall clock has jumped,
 * which it checks every 10 s. Returns a function that stops the timer.
 */
export function startWakefulTimer(delayMs: number, onDue: () => void, onJump: () => void): () => void {
  let handle: ReturnType<typeof setTimeout>;

  const wait = (restMs: number): void => {
    const sliceMs = Math.min(restMs, SLICE_MS);
    const endsAt = Date.now() + sliceMs;
    handle = setTimeout(
      inAct(() => {
        if (restMs <= sliceMs) return onDue();
        wait(restMs - sliceMs);
        if (Math.abs(Date.now() - endsAt) > JUMP_MS) onJump();
      }),
      sliceMs,
    );
  };

  wait(delayMs);
  return () => clearTimeout(handle);
}
