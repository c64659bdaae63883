/** How does a stream become something to show? Every event is folded in at once; the result is shown once a frame. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { IWebSocketEvent } from '../src/index.ts';

/** What is folded (`start`, `add`), and what of it is shown (`show`). */
export interface FoldShape<Sum, Shown> {
  start(): Sum;
  add(sum: Sum, event: IWebSocketEvent): Sum;
  show(sum: Sum): Shown;
}

export interface Fold<Sum, Shown> {
  /** `shown`, in a box: a Zustand store merges objects, and what is shown may be one. */
  readonly store: StoreApi<{ readonly shown: Shown }>;
  /** A throwing `add` leaves everything as it was. */
  take(event: IWebSocketEvent, add: FoldShape<Sum, Shown>['add']): void;
  /** From the start again, shown at once. */
  reset(): void;
}

export function createFold<Sum, Shown>(
  { start, show }: FoldShape<Sum, Shown>,
  scheduleCommit: (commit: () => void) => void,
): Fold<Sum, Shown> {
  let sum = start();
  const store = createStore(() => ({ shown: show(sum) }));
  const commit = (): void => {
    const shown = show(sum);
    if (!Object.is(shown, store.getState().shown)) store.setState({ shown });
  };
  return {
    store,
    take(event, add) {
      sum = add(sum, event);
      scheduleCommit(commit);
    },
    reset() {
      sum = start();
      commit();
    },
  };
}
