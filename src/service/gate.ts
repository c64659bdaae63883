/** What has to be done before the next event is handed out? Whatever takes its time; what comes meanwhile waits. */

/**
 * What is done in its turn. One that returns a promise holds back those after it until it is settled, and then does what
 * it was resolved with. It must not reject.
 */
export type GateTask = () => Promise<() => void> | undefined;

export interface Gate {
  /** Runs the task now, or when everything before it is done. */
  pass(task: GateTask): void;
  /** Runs the task after this time, unless it is cleared or called off before. Returns a function that calls it off. */
  later(delayMs: number, task: () => void): () => void;
  /** The same for an end of patience: a machine that has slept meanwhile gets a while to answer. */
  deadline(delayMs: number, task: () => void): () => void;
  /** Calls back when it is cleared. Returns a function that ends that. */
  onCleared(end: () => void): () => void;
  /** The session is over: nobody wants what waits. */
  clear(): void;
}

/** A timer that is this much late shows that the machine slept, or was very busy. */
const LATE_MS = 2_000;

/** `take`: what goes on later takes its turn, like everything else. */
export function createGate(take: (task: () => void) => void): Gate {
  let waiting: GateTask[] = [];
  let done = 0;
  let underWay: ReturnType<GateTask>;
  const ends = new Set<() => void>();

  const forget = (): void => {
    waiting = [];
    done = 0;
    underWay = undefined;
  };

  const run = (task: GateTask): void => {
    const busy = task();
    underWay = busy;
    void busy?.then((finish) =>
      take(() => {
        // Cleared meanwhile.
        if (underWay !== busy) return;
        underWay = undefined;
        try {
          finish();
        } finally {
          // Whatever became of it, those behind it go on.
          while (underWay === undefined && done < waiting.length) run(waiting[done++] as GateTask);
          if (underWay === undefined) forget();
        }
      }),
    );
  };

  const onCleared: Gate['onCleared'] = (end) => {
    ends.add(end);
    return () => ends.delete(end);
  };

  const later: Gate['later'] = (delayMs, task) => {
    const callOff = (): void => {
      clearTimeout(timer);
      ends.delete(callOff);
    };
    const timer = setTimeout(() => {
      callOff();
      take(task);
    }, delayMs);
    ends.add(callOff);
    return callOff;
  };

  const deadline: Gate['deadline'] = (delayMs, task) => {
    const dueAt = Date.now() + delayMs;
    let callOff = later(delayMs, () => {
      // After a sleep the timers may come first, and then what came meanwhile.
      if (Date.now() - dueAt > LATE_MS) callOff = deadline(LATE_MS, task);
      else task();
    });
    return () => callOff();
  };

  return {
    pass(task) {
      if (underWay === undefined && waiting.length === 0) run(task);
      else waiting.push(task);
    },
    later,
    deadline,
    onCleared,
    clear() {
      for (const end of ends) end();
      ends.clear();
      forget();
    },
  };
}
