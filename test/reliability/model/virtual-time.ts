/** A clock that counts timers by owner, can put a page to sleep, and can change the date. */

/** `page`: set by the code under test, through the globals. `world`: the network, the server and the user. */
export type TimerOwner = 'page' | 'world';

export interface VirtualTime {
  /** Ms since the start; never goes back. */
  readonly nowMs: number;
  /** The number of timers that the code under test has set. */
  readonly pageTimers: number;
  /** Delays that no timer can wait for: negative, not a number, or longer than 24.8 days. */
  readonly oddDelays: number[];
  /** Moves the date, and no timer. */
  jumpWall(byMs: number): void;
  /** A timer of the world. Returns a function that stops it. */
  later(delayMs: number, task: () => void): () => void;
  /** A timer of the page. */
  pageLater(delayMs: number, task: () => void): () => void;
  /** When the next timer is due; null: there is none. Timers of a sleeping page are due when it wakes. */
  nextAtMs(): number | null;
  /** Runs the next timer, and moves the clock there. */
  runNext(): void;
  moveTo(atMs: number): void;
  /** The page's timers wait; the world continues. */
  putPageToSleep(): void;
  /** `late`: timers that became due meanwhile run now. `paused`: the page's timers wait as long as before. */
  wakePage(timers: 'late' | 'paused'): void;
  /** Replaces the globals. Returns a function that restores them. */
  install(): () => void;
}

interface Timer {
  readonly id: number;
  readonly owner: TimerOwner;
  readonly task: () => void;
  atMs: number;
  readonly everyMs: number | null;
}

const LONGEST_TIMER_MS = 2_147_483_647;

/** A day in 2026. */
const EPOCH_MS = 1_795_000_000_000;

/** `onThrown`: a timer of the page threw. */
export function createVirtualTime(onThrown: (thrown: unknown) => void): VirtualTime {
  const timers = new Map<number, Timer>();
  const oddDelays: number[] = [];
  let nowMs = 0;
  let wallOffsetMs = EPOCH_MS;
  let lastId = 0;
  let pageTimers = 0;
  let sleptSinceMs: number | null = null;
  let lastIdBeforeSleep = 0;

  const set = (owner: TimerOwner, task: () => void, delayMs: number, everyMs: number | null): number => {
    lastId += 1;
    timers.set(lastId, { id: lastId, owner, task, atMs: nowMs + delayMs, everyMs });
    if (owner === 'page') pageTimers += 1;
    return lastId;
  };

  const clear = (id: unknown): void => {
    const timer = timers.get(Number(id));
    if (timer === undefined) return;
    timers.delete(timer.id);
    if (timer.owner === 'page') pageTimers -= 1;
  };

  const first = (): Timer | null => {
    let earliest: Timer | null = null;
    for (const timer of timers.values()) {
      if (sleptSinceMs !== null && timer.owner === 'page') continue;
      if (earliest === null || timer.atMs < earliest.atMs) earliest = timer;
    }
    return earliest;
  };

  const readDelay = (delay: unknown): number => {
    const delayMs = Number(delay ?? 0);
    if (!(delayMs >= 0 && delayMs <= LONGEST_TIMER_MS)) oddDelays.push(delayMs);
    // A timer waits for whole milliseconds.
    return delayMs >= 0 && delayMs <= LONGEST_TIMER_MS ? Math.trunc(delayMs) : 1;
  };

  const globals = {
    setTimeout: (task: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) =>
      set('page', () => task(...args), readDelay(delay), null),
    setInterval: (task: (...args: unknown[]) => void, delay?: number, ...args: unknown[]) =>
      set('page', () => task(...args), readDelay(delay), Math.max(1, readDelay(delay))),
    clearTimeout: clear,
    clearInterval: clear,
  };

  return {
    get nowMs() {
      return nowMs;
    },
    get pageTimers() {
      return pageTimers;
    },
    oddDelays,
    jumpWall(byMs) {
      wallOffsetMs += byMs;
    },
    later(delayMs, task) {
      const id = set('world', task, delayMs, null);
      return () => clear(id);
    },
    pageLater(delayMs, task) {
      const id = set('page', task, delayMs, null);
      return () => clear(id);
    },
    nextAtMs: () => {
      const next = first();
      return next === null ? null : Math.max(next.atMs, nowMs);
    },
    runNext() {
      const timer = first();
      if (timer === null) return;
      nowMs = Math.max(nowMs, timer.atMs);
      if (timer.everyMs === null) clear(timer.id);
      else timer.atMs = nowMs + timer.everyMs;
      if (timer.owner === 'world') return timer.task();
      try {
        timer.task();
      } catch (thrown) {
        onThrown(thrown);
      }
    },
    moveTo(atMs) {
      nowMs = Math.max(nowMs, atMs);
    },
    putPageToSleep() {
      sleptSinceMs = nowMs;
      lastIdBeforeSleep = lastId;
    },
    wakePage(kind) {
      if (sleptSinceMs === null) return;
      const sleptMs = nowMs - sleptSinceMs;
      sleptSinceMs = null;
      if (kind === 'late') return;
      for (const timer of timers.values()) {
        if (timer.owner === 'page' && timer.id <= lastIdBeforeSleep) timer.atMs += sleptMs;
      }
    },
    install() {
      const kept = {
        setTimeout: globalThis.setTimeout,
        setInterval: globalThis.setInterval,
        clearTimeout: globalThis.clearTimeout,
        clearInterval: globalThis.clearInterval,
      };
      const dateNow = Date.now;
      const performanceNow = performance.now;
      Object.assign(globalThis, globals);
      Date.now = () => wallOffsetMs + nowMs;
      performance.now = () => nowMs;
      return () => {
        Object.assign(globalThis, kept);
        Date.now = dateNow;
        performance.now = performanceNow;
      };
    },
  };
}
