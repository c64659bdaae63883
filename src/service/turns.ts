/** What if something is asked for while something else is under way? It waits, and is done in order, never re-entrantly. */

export interface Turns {
  /** Runs the task now, or after what is under way. */
  take(task: () => void): void;
  /** The same, for what the user asks for. */
  takeWish(wish: () => void): void;
  /** Whether the user has asked for something that is not done yet. */
  hasWish(): boolean;
}

/** `onThrown`: a task threw, and the next one runs all the same. */
export function createTurns(onThrown: (thrown: unknown) => void): Turns {
  const waiting: (() => void)[] = [];
  let turn: 'free' | 'taken' = 'free';
  let wishes = 0;

  const take = (task: () => void): void => {
    waiting.push(task);
    if (turn === 'taken') return;
    turn = 'taken';
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      try {
        next();
      } catch (thrown) {
        onThrown(thrown);
      }
    }
    turn = 'free';
  };

  return {
    take,
    takeWish(wish) {
      wishes += 1;
      take(() => {
        wishes -= 1;
        wish();
      });
    },
    hasWish: () => wishes > 0,
  };
}
