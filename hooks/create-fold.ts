/** Folds a stream into a value: each event at once, rendered once per frame. */
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';
import { createSessionStore } from './create-session-store.ts';

/** How events are folded (`start`, `add`), and what is shown of the result (`show`). */
export interface FoldShape<Sum, Shown> {
  start(): Sum;
  add(sum: Sum, event: IWebSocketEvent): Sum;
  show(sum: Sum): Shown;
}

export interface Fold<Sum, Shown> {
  /** What is shown of the fold. */
  readonly store: ReadableStore<Shown>;
  /** Folds in one event. If `reduce` throws, nothing changes. */
  add(event: IWebSocketEvent, reduce: FoldShape<Sum, Shown>['add']): void;
  /** Starts again whenever the session is replaced, also if that happened before the call. */
  followSession(): () => void;
}

export function createFold<Sum, Shown>(
  { start, show }: FoldShape<Sum, Shown>,
  { session, scheduleCommit }: Connection,
): Fold<Sum, Shown> {
  let sum = start();
  let generation = session.generation();
  const empty = show(sum);
  const { store, publish } = createSessionStore(session, empty);
  const commit = (): void => publish(show(sum));
  /** Forgets the events of another session. */
  const follow = (): void => {
    if (generation === session.generation()) return;
    generation = session.generation();
    sum = start();
    publish(empty);
  };
  return {
    store,
    add(event, reduce) {
      follow();
      sum = reduce(sum, event);
      scheduleCommit(commit);
    },
    followSession() {
      follow();
      return session.onReplaced(follow);
    },
  };
}
