/**
 * Time for the stories that does not depend on how fast the machine is: clocks and timers follow the animation frames, and
 * stand still while there are none. So what lasts two seconds in a story is on the page for 30 frames, however long those take.
 *
 * It also runs four times as fast as real time, because the stories mostly wait.
 */

/** The time between two looks at the timers, ms. */
const STEP_MS = 16;
/** A frame comes every 16 ms, on a machine that is not busy. */
const STEPS_PER_FRAME = 4;

type Task = (...args: unknown[]) => void;

interface Timer {
  readonly run: () => void;
  readonly everyMs: number | null;
  dueMs: number;
}

const real = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  clearTimeout: globalThis.clearTimeout.bind(globalThis),
  requestAnimationFrame: globalThis.requestAnimationFrame.bind(globalThis),
  Date: globalThis.Date,
};

const startMs = performance.now();
const startDateMs = real.Date.now() - startMs;
let nowMs = startMs;
/** Far from the numbers that the browser gives, because those can be passed to `clearTimeout` as well. */
let lastId = 1e9;
/** In the order in which they were set, which decides between two that are due at the same time. */
const timers = new Map<number, Timer>();

function add(task: Task, delayMs: unknown, kind: 'once' | 'again', args: readonly unknown[]): number {
  const everyMs = Math.max(1, Number(delayMs) || 0);
  lastId += 1;
  timers.set(lastId, {
    run: () => task(...args),
    everyMs: kind === 'again' ? everyMs : null,
    dueMs: nowMs + everyMs,
  });
  return lastId;
}

function clear(id: unknown): void {
  if (!timers.delete(Number(id))) real.clearTimeout(Number(id));
}

function nextDue(untilMs: number): readonly [number, Timer] | null {
  let next: readonly [number, Timer] | null = null;
  for (const entry of timers) {
    if (entry[1].dueMs <= untilMs && (next === null || entry[1].dueMs < next[1].dueMs)) next = entry;
  }
  return next;
}

/** Runs one timer as a task of its own, so that microtasks and renders follow it, and an error in it is nobody else's. */
function runAlone(id: number, timer: Timer): Promise<void> {
  return new Promise((resolve) => {
    real.setTimeout(() => {
      resolve();
      if (timers.get(id) !== timer) return; // cleared meanwhile
      nowMs = Math.max(nowMs, timer.dueMs);
      if (timer.everyMs === null) timers.delete(id);
      else timer.dueMs += timer.everyMs;
      timer.run();
    }, 0);
  });
}

async function step(): Promise<void> {
  const untilMs = nowMs + STEP_MS;
  for (let next = nextDue(untilMs); next !== null; next = nextDue(untilMs)) await runAlone(...next);
  nowMs = Math.max(nowMs, untilMs);
}

async function go(): Promise<never> {
  for (;;) {
    await new Promise((resolve) => real.requestAnimationFrame(resolve));
    for (let count = 0; count < STEPS_PER_FRAME; count += 1) {
      await step();
      // What a timer has caused, as a render or a message, comes before the next one.
      await new Promise((resolve) => real.setTimeout(resolve, 0));
    }
  }
}

class PacedDate extends real.Date {
  constructor(...given: readonly unknown[]) {
    super(...((given.length === 0 ? [PacedDate.now()] : given) as [number]));
  }
  static override now(): number {
    return Math.floor(startDateMs + nowMs);
  }
}

/** A setup file runs once for each test file, and several test files share a page. */
const MARK = Symbol.for('everwire.paced-time');

if (!(MARK in globalThis)) {
  Object.assign(globalThis, {
    [MARK]: true,
    setTimeout: (task: Task, delayMs?: unknown, ...args: unknown[]) => add(task, delayMs, 'once', args),
    setInterval: (task: Task, delayMs?: unknown, ...args: unknown[]) => add(task, delayMs, 'again', args),
    clearTimeout: clear,
    clearInterval: clear,
    requestAnimationFrame: (task: FrameRequestCallback) => real.requestAnimationFrame(() => task(nowMs)),
    Date: PacedDate,
  });
  performance.now = () => nowMs;
  void go();
}

export {};
