/** Runs tasks one at a time: a task that is given while another one runs is queued. */

/**
 * Creates `runInTurn(task)`, which runs the task now, or after those before it if one is running. So nothing is
 * re-entrant, and everything happens in the order in which it was asked for. `onError` gets what a task throws; the next
 * task still runs.
 */
export function createRunInTurn(onError: (thrown: unknown) => void): (task: () => void) => void {
  const queue: (() => void)[] = [];
  let isRunning = false;

  const run = (task: () => void): void => {
    try {
      task();
    } catch (thrown) {
      onError(thrown);
    }
  };

  return (task) => {
    if (isRunning) {
      queue.push(task);
      return;
    }
    isRunning = true;
    try {
      run(task);
      // Checked first, because most tasks are frames and queue nothing, and `shift` is slow on an empty array too.
      while (queue.length > 0) run(queue.shift() as () => void);
    } finally {
      isRunning = false;
    }
  };
}

export type RunInTurn = ReturnType<typeof createRunInTurn>;
