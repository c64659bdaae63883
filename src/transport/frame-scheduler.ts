/** When is it time to show what has come in? Once a frame, a microtask, or at once. */

export type BatchMode = 'frame' | 'microtask' | 'sync';

export interface FrameScheduler {
  /** Applies to what is scheduled from now on. */
  setMode(mode: BatchMode): void;
  /** Runs the commit with the next slot; the same function twice runs once. */
  schedule(commit: () => void): void;
  /** Runs everything that waits, now, and leaves no timer. */
  flush(): void;
}

/**
 * While a page is hidden it has no frames. This is often enough for whoever reads the store meanwhile; and it is the
 * backstop of a page that is hidden between asking for a frame and getting it.
 */
const HIDDEN_INTERVAL_MS = 250;

/** `inTurn`: runs what a slot has come for, when nothing else is under way. */
export function createFrameScheduler(inTurn: (task: () => void) => void): FrameScheduler {
  const commits = new Set<() => void>();
  let mode: BatchMode = 'frame';
  let cancelSlot: (() => void) | null = null;

  const flush = (): void => {
    cancelSlot?.();
    cancelSlot = null;
    const due = [...commits];
    commits.clear();
    for (const commit of due) commit();
  };

  const run = (): void => inTurn(flush);

  return {
    setMode(next) {
      mode = next;
    },
    schedule(commit) {
      if (mode === 'sync') return commit();
      commits.add(commit);
      cancelSlot ??= mode === 'frame' ? requestFrame(run) : requestMicrotask(run);
    },
    flush,
  };
}

function requestFrame(run: () => void): () => void {
  if (typeof requestAnimationFrame !== 'function') return requestMicrotask(run);
  const isHidden = typeof document !== 'undefined' && document.visibilityState === 'hidden';
  const frame = isHidden ? null : requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_INTERVAL_MS);
  return () => {
    if (frame !== null) cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}

function requestMicrotask(run: () => void): () => void {
  let isWanted = true;
  queueMicrotask(() => {
    if (isWanted) run();
  });
  return () => {
    isWanted = false;
  };
}
