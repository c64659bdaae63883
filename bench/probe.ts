// Does the page stay responsive? Frames, long tasks, late timers, and how long an input waits for its handler.

/** Frames alone cost next to nothing; the rest is for when nothing else is measured. */
export type ProbeOf = 'frames' | 'everything';

export interface ProbeReading {
  readonly seconds: number;
  readonly frames: number;
  /** The longest time between two frames. */
  readonly longestFrameMs: number;
  /** The longest task: 0 where none took 50 ms, which is where a browser starts to call one long. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
  /** By how much the latest timer was late. */
  readonly latestTimerMs: number;
  /** From the input to its handler, one for each input. */
  readonly inputDelaysMs: readonly number[];
}

export interface Probe {
  start(of: ProbeOf): void;
  stop(): ProbeReading;
}

const timerEveryMs = 10;

export function createProbe(): Probe {
  let startedAt = 0;
  let frames = 0;
  let lastFrameAt = 0;
  let longestFrameMs = 0;
  let latestTimerMs = 0;
  let inputDelaysMs: number[] = [];
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let observer: PerformanceObserver | null = null;
  let tasks: PerformanceEntry[] = [];

  const onFrame = (): void => {
    const now = performance.now();
    if (frames > 0) longestFrameMs = Math.max(longestFrameMs, now - lastFrameAt);
    frames += 1;
    lastFrameAt = now;
    frame = requestAnimationFrame(onFrame);
  };
  const startTimer = (): void => {
    const dueAt = performance.now() + timerEveryMs;
    timer = setTimeout(() => {
      latestTimerMs = Math.max(latestTimerMs, performance.now() - dueAt);
      startTimer();
    }, timerEveryMs);
  };
  const onInput = (event: Event): void => {
    inputDelaysMs.push(performance.now() - event.timeStamp);
  };

  return {
    start(of) {
      frames = 0;
      longestFrameMs = 0;
      latestTimerMs = 0;
      inputDelaysMs = [];
      tasks = [];
      startedAt = performance.now();
      frame = requestAnimationFrame(onFrame);
      if (of === 'frames') return;
      observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));
      observer.observe({ type: 'longtask' });
      document.addEventListener('mousedown', onInput);
      startTimer();
    },
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      document.removeEventListener('mousedown', onInput);
      tasks.push(...(observer?.takeRecords() ?? []));
      observer?.disconnect();
      return {
        seconds: (performance.now() - startedAt) / 1000,
        frames,
        longestFrameMs,
        longestTaskMs: Math.max(0, ...tasks.map((task) => task.duration)),
        longTasks: tasks.length,
        latestTimerMs,
        inputDelaysMs,
      };
    },
  };
}
