/**
 * Delivers what is sent in one direction of a link: in order, after the latency, and not while it is frozen.
 *
 * Where a test of React uses `act`, what has no latency arrives in a microtask: `act` waits for those, but for no timer.
 */

/** An ordered queue of deliveries. */
export interface Pipe {
  /** Delivers later, never before this call returns. Without `delayMs`: after the latency. */
  push(delivery: () => void, delayMs?: number): void;
  /** Holds back everything until `resume()`. */
  pause(): void;
  /** Delivers what was held back, in order, from the next timer on. */
  resume(): void;
  /** Drops everything that is still on its way, and clears the timers. */
  clear(): void;
}

interface Batch {
  readonly delayMs: number;
  readonly startedAt: number;
  readonly deliveries: (() => void)[];
  next: number;
  state: 'travelling' | 'arrived';
}

/**
 * Makes a pipe on `setTimeout`, so that fake timers drive it. Everything sent at one moment shares one timer, so ten
 * thousand frames cost one.
 */
export function createPipe(delayMs: () => number, now: () => number): Pipe {
  const batches: Batch[] = [];
  const timers = new Set<ReturnType<typeof setTimeout>>();
  let joinable: Batch | null = null;
  let paused = false;
  /** Raised by `clear()`. */
  let lives = 0;

  function push(delivery: () => void, delay: number = delayMs()): void {
    if (joinable === null || !leavesWith(joinable, delay)) joinable = start(delay);
    joinable.deliveries.push(delivery);
  }

  function leavesWith(batch: Batch, delay: number): boolean {
    if (batch.delayMs !== delay) return false;
    // A test may advance fake time within one synchronous run. Only the clock shows that this is a later moment.
    return delay === 0 || batch.startedAt === now();
  }

  function start(delay: number): Batch {
    const batch: Batch = { delayMs: delay, startedAt: now(), deliveries: [], next: 0, state: 'travelling' };
    batches.push(batch);
    after(delay, () => {
      batch.state = 'arrived';
      if (joinable === batch) joinable = null;
      pump();
    });
    void Promise.resolve().then(() => {
      if (joinable === batch) joinable = null;
    });
    return batch;
  }

  // A batch with a shorter delay waits behind an older one, so the order is always kept.
  function pump(): void {
    while (!paused) {
      const [batch] = batches;
      if (batch?.state !== 'arrived') return;
      const delivery = batch.deliveries[batch.next];
      batch.next += 1;
      if (delivery === undefined) batches.shift();
      else delivery();
    }
  }

  function after(ms: number, run: () => void): void {
    if (ms === 0 && Reflect.get(globalThis, 'IS_REACT_ACT_ENVIRONMENT') === true) {
      const life = lives;
      void Promise.resolve().then(() => {
        if (life === lives) run();
      });
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
  }

  return {
    push,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      if (batches.length > 0) after(0, pump);
    },
    clear: () => {
      lives += 1;
      batches.length = 0;
      joinable = null;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
