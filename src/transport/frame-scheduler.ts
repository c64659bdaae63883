/** Runs commits together: once per animation frame, once per microtask, or at once. */
import { inAct, isActEnvironment } from './act.ts';

export type BatchMode = 'frame' | 'microtask' | 'sync';

export interface FrameScheduler {
  /** Runs the commit in the next slot. A function that is scheduled twice runs once. */
  schedule(commit: () => void): void;
  /** Runs all scheduled commits now, and leaves no timer. */
  flush(): void;
}

/**
 * A hidden page has no animation frames, so commits then run after one to two of these intervals. This also covers a page
 * that is hidden after it requested a frame.
 */
const HIDDEN_INTERVAL_MS = 250;

/** `mode` is read for each commit, because the option `batch` is live. */
export function createFrameScheduler(
  runInTurn: (task: () => void) => void,
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

  const run = (): void => inAct(() => runInTurn(commitAll))();

  /** One timer for many frames: a timer for each frame costs more than the work of the frame. */
  const watchFrames = (): void => {
    const requested = frame;
    timer = setTimeout(() => {
      timer = undefined;
      // The frame requested then has still not come.
      if (frame === requested) run();
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
      // `act` waits for microtasks, but not for frames.
      if (slot === 'microtask' || !globalThis.requestAnimationFrame || isActEnvironment())
        return void Promise.resolve().then(run);
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
