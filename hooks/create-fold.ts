/** Folds a stream into a value: each event at once, rendered once per frame. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';

/** How events are folded (`start`, `add`), and what is shown of the result (`show`). */
export interface FoldShape<Sum, Shown> {
  start(): Sum;
  add(sum: Sum, event: IWebSocketEvent): Sum;
  show(sum: Sum): Shown;
}

export interface Fold<Sum, Shown> {
  /** What is shown of the fold. */
  readonly store: StoreApi<Shown>;
  /** Folds in one event. If `reduce` throws, nothing changes. */
  add(event: IWebSocketEvent, reduce: FoldShape<Sum, Shown>['add']): void;
  /** Starts again whenever the session is replaced, also if that happened before the call. */
  followSession(): () => void;
}

export function createFold<Sum, Shown>(
  { start, show }: FoldShape<Sum, Shown>,
  connection: Connection,
): Fold<Sum, Shown> {
  let session = connection.session.number();
  let sum = start();
  const store = createStore(() => show(sum));
  // Replaced, because Zustand would merge a state that is an object into the old one.
  const commit = (): void => store.setState(() => show(sum), true);
  const reset = (): void => {
    session = connection.session.number();
    sum = start();
    commit();
  };
  return {
    store,
    add(event, reduce) {
      sum = reduce(sum, event);
      connection.scheduleCommit(commit);
    },
    followSession() {
      if (session !== connection.session.number()) reset();
      return connection.session.onReplaced(reset);
    },
  };
}
