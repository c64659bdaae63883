/** How does a stream become something to show? Every event is folded in at once; the result is shown once a frame. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { IWebSocketEvent } from '../src/index.ts';
import type { ServiceInternals } from '../src/service/internals.ts';

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
  inside: ServiceInternals,
): Fold<Sum, Shown> {
  let session = inside.session();
  let sum = start();
  const store = createStore(() => ({ shown: show(sum) }));
  const commit = (): void => {
    const shown = show(sum);
    if (!Object.is(shown, store.getState().shown)) store.setState({ shown });
  };
  const reset = (): void => {
    session = inside.session();
    sum = start();
    commit();
  };
  return {
    store,
    take(event, add) {
      sum = add(sum, event);
      inside.scheduleCommit(commit);
    },
    followSession() {
      if (session !== inside.session()) reset();
      return inside.onSessionReplaced(reset);
    },
  };
}
