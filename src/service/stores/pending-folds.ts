/** Folds events into a state at once, while the store that holds it still has the state of the last frame. */

export interface Fold<State> {
  /** The name of the event. */
  readonly name: string;
  /** Returns the next state. If it throws, nothing changes. */
  run(state: State): State;
}

export interface PendingFolds<State> {
  /** The state with all events in it. */
  current(): State;
  add(fold: Fold<State>): void;
  /** The names of what is pending, each once. */
  names(): readonly string[];
  /** Returns the current state, and forgets what is pending: it is written to the store now. */
  take(): State;
}

/** `read` returns the state of the store. `onThrown` is called with what a fold throws; that event changes nothing. */
export function createPendingFolds<State>(
  read: () => State,
  onThrown: (name: string, thrown: unknown) => void,
): PendingFolds<State> {
  let folds: Fold<State>[] = [];
  /** How many of them are in `state`, which began as `base`. */
  let done = 0;
  let base: State;
  let state: State;

  const current = (): State => {
    const now = read();
    if (folds.length === 0) return now;
    // Another writer has replaced the state meanwhile, such as storage that was read late: fold onto that.
    if (done > 0 && base !== now) done = 0;
    if (done === 0) {
      base = now;
      state = now;
    }
    for (let fold = folds[done]; fold; fold = folds[done]) {
      try {
        state = fold.run(state);
        done += 1;
      } catch (thrown) {
        folds.splice(done, 1);
        onThrown(fold.name, thrown);
      }
    }
    return state;
  };

  return {
    current,
    add(fold) {
      folds.push(fold);
      current();
    },
    names: () => [...new Set(folds.map(({ name }) => name))],
    take() {
      const taken = current();
      folds = [];
      done = 0;
      return taken;
    },
  };
}
