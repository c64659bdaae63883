/** When is it time to show what has come in? Once a frame, a microtask, or at once. */

export type BatchMode = 'frame' | 'microtask' | 'sync';

export interface FrameScheduler {
  /** Runs the commit with the next slot; the same function twice runs once. */
  schedule(commit: () => void): void;
  /** Runs everything that waits, now, and leaves no timer. */
  flush(): void;
}

/**
 * A hidden page has no frames. This is often enough for whoever reads the store meanwhile; and it is the backstop of a
 * page that is hidden between asking for a frame and getting it.
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

  const flush = (): void => {
    clearTimeout(timer);
    globalThis.cancelAnimationFrame?.(frame);
    const due = [...commits];
    commits.clear();
    for (const commit of due) commit();
  };

  const run = (): void => inTurn(flush);

  return {
    schedule(commit) {
      if (mode() === 'sync') return commit();
      const hasSlot = commits.size > 0;
      commits.add(commit);
      if (hasSlot) return;
      if (mode() === 'microtask' || !globalThis.requestAnimationFrame) return queueMicrotask(run);
      if (globalThis.document?.visibilityState !== 'hidden') frame = requestAnimationFrame(run);
      timer = setTimeout(run, HIDDEN_INTERVAL_MS);
    },
    flush,
  };
}
