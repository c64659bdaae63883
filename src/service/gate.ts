/** What has to be done before the next event is handed out? Whatever takes its time; what comes meanwhile waits. */

/**
 * What is done in its turn. One that returns a promise holds back those after it until it is settled, and then does what
 * it was resolved with. It must not reject.
 */
export type GateTask = () => Promise<() => void> | undefined;

export interface Gate {
  /** Runs the task now, or when everything before it is done. */
  pass(task: GateTask): void;
  /** What waits is not wanted any more. */
  clear(): void;
}

/** `take`: what goes on later takes its turn, like everything else. */
export function createGate(take: (task: () => void) => void): Gate {
  let waiting: GateTask[] = [];
  let done = 0;
  let underWay: ReturnType<GateTask>;

  const clear = (): void => {
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
        finish();
        while (underWay === undefined && done < waiting.length) run(waiting[done++] as GateTask);
        if (underWay === undefined) clear();
      }),
    );
  };

  return {
    pass(task) {
      if (underWay === undefined && waiting.length === 0) run(task);
      else waiting.push(task);
    },
    clear,
  };
}
