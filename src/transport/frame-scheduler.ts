/** When is it time to show what has come in? Once a frame, a microtask, or at once. */

export type BatchMode = 'frame' | 'microtask' | 'sync';

export interface FrameScheduler {
  /** Runs the commit with the next slot; the same function twice runs once. */
  schedule(commit: () => void): void;
  /** Runs everything that waits, now, and leaves no timer. */
  flush(): void;
}

/**
 * A hidden page has no frames: between one and two of these is often enough for whoever reads the store meanwhile. It is
 * the backstop, too, of a page that is hidden between asking for a frame and getting it.
 */
const HIDDEN_INTERVAL_MS = 250;

/** `inTurn`: runs what a slot has come for, when nothing else is under way. */
export function createFrameScheduler(
  inTurn: (task: () => void) => void,
  mode: () => BatchMode | undefined,
): FrameScheduler {
  const commits = new Set<() => void>();
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const commitAll = (): void => {
    const due = [...commits];
    commits.clear();
    for (const commit of due) commit();
  };

  const run = (): void => inTurn(commitAll);

  /** One timer for many frames: setting one for each costs more than the frame's own work. */
  const watchFrames = (): void => {
    const asked = frame;
    timer = setTimeout(() => {
      timer = undefined;
      // The frame that was asked for then is still the one that is waited for.
      if (frame === asked) run();
      else if (commits.size > 0) watchFrames();
    }, HIDDEN_INTERVAL_MS);
  };

  return {
    schedule(commit) {
      const slot = mode();
      if (slot === 'sync') return commit();
      const hasSlot = commits.size > 0;
      commits.add(commit);
      if (hasSlot) return;
      if (slot === 'microtask' || !globalThis.requestAnimationFrame) return queueMicrotask(run);
      if (globalThis.document?.visibilityState !== 'hidden') frame = requestAnimationFrame(run);
      if (timer === undefined) watchFrames();
    },
    flush() {
      clearTimeout(timer);
      timer = undefined;
      globalThis.cancelAnimationFrame?.(frame);
      commitAll();
    },
  };
}
