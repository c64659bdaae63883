/** How does a stream become something to show? Every event is folded in at once; the result is shown once a frame. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';

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
  /** Starts again with every session that is someone else's, also with one that came while nobody listened. */
  followSession(): () => void;
}

export function createFold<Sum, Shown>(
  { start, show }: FoldShape<Sum, Shown>,
  connection: Connection,
): Fold<Sum, Shown> {
  let session = connection.session();
  let sum = start();
  const store = createStore(() => ({ shown: show(sum) }));
  const commit = (): void => store.setState({ shown: show(sum) });
  const reset = (): void => {
    session = connection.session();
    sum = start();
    commit();
  };
  return {
    store,
    take(event, add) {
      sum = add(sum, event);
      connection.scheduleCommit(commit);
    },
    followSession() {
      if (session !== connection.session()) reset();
      return connection.onSessionReplaced(reset);
    },
  };
}
