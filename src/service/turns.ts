/** What if something happens while something else is under way? It waits its turn, in order, never re-entrantly. */

/** Makes a function that runs a task now, or after what is under way. `onThrown`: one threw, and the next runs all the same. */
export function createTurns(onThrown: (thrown: unknown) => void): (task: () => void) => void {
  const waiting: (() => void)[] = [];
  let isTaken = false;

  return (task) => {
    if (isTaken) {
      waiting.push(task);
      return;
    }
    isTaken = true;
    try {
      for (let next: typeof task | undefined = task; next; next = waiting.shift()) {
        try {
          next();
        } catch (thrown) {
          onThrown(thrown);
        }
      }
    } finally {
      isTaken = false;
    }
  };
}
