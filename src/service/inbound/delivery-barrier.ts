/** Holds events while an async schema or a resync runs, then releases them in order. */
import { inAct } from '../../transport/act.ts';
import type { RunInTurn } from '../run-in-turn.ts';

/**
 * A step of the delivery. One that returns a promise holds back the steps after it until the promise resolves, and then
 * runs the function that it resolved with. The promise must not reject.
 */
export type DeliveryStep = () => Promise<() => void> | undefined;

export interface DeliveryBarrier {
  /** Whether nothing is held: a step that is passed now runs now. */
  isOpen(): boolean;
  /** Runs the step now, or after all steps before it. `about`: what it delivers, if that is an event or a notice. */
  pass(step: DeliveryStep, about?: HeldEvent | 'notice'): void;
  /** The frames of all held events together: characters and bytes. */
  heldLength(): number;
  /** The number of the event that the next step delivers; undefined if that is no event. */
  nextSeq(): number | undefined;
  /**
   * Drops all held events, and no other step. Returns their numbers, divided at the held notices: the last ones have no notice
   * behind them.
   */
  dropEvents(): readonly (readonly number[])[];
  /** Runs the task after this time, unless the barrier is cleared before. Returns a function that cancels it. */
  later(delayMs: number, task: () => void): () => void;
  /** Like `later`, for time limits: if the machine slept meanwhile, the limit is extended by two seconds. */
  deadline(delayMs: number, task: () => void): () => void;
  /** Calls `onCleared` when the barrier is cleared. Returns a function that ends that. */
  onCleared(onCleared: () => void): () => void;
  /** Drops everything that is held: the session is over. */
  clear(): void;
}

export interface HeldEvent {
  /** Its number in the session; -1: it has none. */
  readonly seq: number;
  /** Of its frame. */
  readonly length: number;
}

interface HeldStep {
  readonly step: DeliveryStep;
  readonly about: HeldEvent | 'notice' | undefined;
}

/** A timer that is this late shows that the machine slept, or was very busy. */
const LATE_MS = 2_000;

/** After this many steps their places in the list are given up: with a slow schema on a fast stream it is never empty. */
const MAX_RELEASED = 1_000;

export function createDeliveryBarrier(runInTurn: RunInTurn): DeliveryBarrier {
  let held: (HeldStep | undefined)[] = [];
  let released = 0;
  let length = 0;
  let pending: ReturnType<DeliveryStep>;
  const clearListeners = new Set<() => void>();

  const eventOf = ({ about }: Partial<HeldStep> = {}): HeldEvent | undefined =>
    about === 'notice' ? undefined : about;

  const isOpen = (): boolean => pending === undefined && held.length === 0;

  const reset = (): void => {
    held = [];
    released = 0;
    length = 0;
    pending = undefined;
  };

  /** Runs the held steps until one has to wait. A step that throws does not stop those behind it. */
  const releaseHeld = (): void => {
    try {
      while (pending === undefined && released < held.length) {
        const first = held[released] as HeldStep;
        // Its memory is free as soon as it is published.
        held[released++] = undefined;
        length -= eventOf(first)?.length ?? 0;
        run(first.step);
      }
    } finally {
      if (pending === undefined) {
        if (released < held.length) releaseHeld();
        else reset();
      }
    }
  };

  const run = (step: DeliveryStep): void => {
    const promise = step();
    pending = promise;
    void promise?.then(
      inAct((finish: () => void) =>
        runInTurn(() => {
          // Cleared meanwhile.
          if (pending !== promise) return;
          pending = undefined;
          try {
            finish();
          } finally {
            releaseHeld();
          }
        }),
      ),
    );
  };

  const onCleared: DeliveryBarrier['onCleared'] = (listener) => {
    clearListeners.add(listener);
    return () => clearListeners.delete(listener);
  };

  const later: DeliveryBarrier['later'] = (delayMs, task) => {
    const cancel = (): void => {
      clearTimeout(timer);
      clearListeners.delete(cancel);
    };
    const timer = setTimeout(
      inAct(() => {
        cancel();
        runInTurn(task);
      }),
      delayMs,
    );
    clearListeners.add(cancel);
    return cancel;
  };

  const deadline: DeliveryBarrier['deadline'] = (delayMs, task) => {
    const due = { date: Date.now() + delayMs, uptime: performance.now() + delayMs };
    let cancel = later(delayMs, () => {
      // After a sleep, timers may run before the answers that arrived meanwhile. By two clocks: the date may be set back,
      // and the uptime clock may stand still while the machine sleeps.
      const lateMs = Math.max(Date.now() - due.date, performance.now() - due.uptime);
      if (lateMs > LATE_MS) cancel = deadline(LATE_MS, task);
      else task();
    });
    return () => cancel();
  };

  return {
    isOpen,
    pass(step, about) {
      if (isOpen()) return run(step);
      if (released > MAX_RELEASED) {
        held = held.slice(released);
        released = 0;
      }
      const last = { step, about };
      held.push(last);
      length += eventOf(last)?.length ?? 0;
    },
    heldLength: () => length,
    nextSeq: () => eventOf(held[released])?.seq,
    dropEvents() {
      const dropped: number[][] = [[]];
      held = held.slice(released).filter((one) => {
        if (one?.about === 'notice') dropped.push([]);
        const event = eventOf(one);
        if (event) dropped.at(-1)?.push(event.seq);
        return !event;
      });
      released = 0;
      length = 0;
      return dropped;
    },
    later,
    deadline,
    onCleared,
    clear() {
      for (const listener of clearListeners) listener();
      clearListeners.clear();
      reset();
    },
  };
}
