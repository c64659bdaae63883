/** What if something happens while something else is under way? It waits its turn, in order, never re-entrantly. */

/** Makes a function that runs a task now, or after what is under way. `onThrown`: one threw, and the next runs all the same. */
export function createTurns(onThrown: (thrown: unknown) => void): (task: () => void) => void {
  /** What is under way stays in it until the last is done. */
  const turns: (() => void)[] = [];

  return (task) => {
    if (turns.push(task) > 1) return;
    // Takes also what is added meanwhile.
    for (const next of turns) {
      try {
        next();
      } catch (thrown) {
        onThrown(thrown);
      }
    }
    turns.length = 0;
  };
}
