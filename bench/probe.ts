/** Measures whether the page stays responsive: frames, long tasks, late timers, and the delay of inputs. */

/** Counting frames costs almost nothing; the rest is for runs in which nothing else is measured. */
export type ProbeOf = 'frames' | 'everything';

export interface ProbeReading {
  readonly seconds: number;
  readonly frames: number;
  /** The longest time between two frames. */
  readonly longestFrameMs: number;
  /** The longest task: 0 if none took 50 ms, from which on a browser reports a task as long. */
  readonly longestTaskMs: number;
  readonly longTasks: number;
  /** The delay of the latest timer. */
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
