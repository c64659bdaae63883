/** Folds a stream into a value: each event at once, rendered once per frame. */
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';
import { createSessionStore } from './create-session-store.ts';

/** How events are folded (`start`, `add`), and what is shown of the result (`show`). */
export interface FoldShape<Sum, Shown> {
  start(): Sum;
  /** Events from before the first one, which are folded in first. */
  earlier?: (() => readonly IWebSocketEvent[]) | undefined;
  add(sum: Sum, event: IWebSocketEvent): Sum;
  show(sum: Sum): Shown;
}

export interface Fold<Sum, Shown> {
  /** What is shown of the fold. */
  readonly store: ReadableStore<Shown>;
  /** Folds in one event. If `reduce` throws, nothing changes. */
  add(event: IWebSocketEvent, reduce: FoldShape<Sum, Shown>['add']): void;
  /** The sum now. */
  current(): Sum;
  /** Changes the sum, and shows it at once. If `change` throws, nothing changes. */
  change(change: (sum: Sum) => Sum): void;
  /** Folds in the earlier events again if there are others by now. Call it right before the first event. */
  begin(): void;
  /** Starts again whenever the session is replaced, also if that happened before the call. */
  followSession(): () => void;
}

export function createFold<Sum, Shown>(
  { start, add, earlier, show }: FoldShape<Sum, Shown>,
  { session, scheduleCommit, reporter }: Connection,
): Fold<Sum, Shown> {
  let sum = start();
  let generation = session.generation();
  const empty = show(sum);
  const { store, publish } = createSessionStore(session, empty);
  /** The earlier events in the sum; undefined once there are others in it. */
  let included: readonly IWebSocketEvent[] | undefined;
  /** In a render, nothing is reported. */
  const include = (events: readonly IWebSocketEvent[], onThrown: (thrown: unknown) => void): void => {
    included = events;
    sum = start();
    for (const event of events) {
      try {
        sum = add(sum, event);
      } catch (thrown) {
        // It is folded in again, and then reported.
        included = undefined;
        onThrown(thrown);
      }
    }
  };
  if (earlier) {
    const events = earlier();
    include(events, () => undefined);
    included ??= [];
    if (events.length > 0) publish(show(sum));
  }
  const commit = (): void => publish(show(sum));
  /** Forgets the events of another session. */
  const follow = (): void => {
    if (generation === session.generation()) return;
    generation = session.generation();
    included = undefined;
    sum = start();
    publish(empty);
  };
  return {
    store,
    add(event, reduce) {
      follow();
      included = undefined;
      sum = reduce(sum, event);
      scheduleCommit(commit);
    },
    current() {
      follow();
      return sum;
    },
    change(change) {
      follow();
      included = undefined;
      sum = change(sum);
      commit();
    },
    begin() {
      if (!earlier || !included) return;
      const events = earlier();
      const known = included;
      if (events.length === known.length && events.every((event, index) => event === known[index])) return;
      include(events, (thrown) => reporter.thrown('The reducer of useWsReducer', thrown));
      commit();
    },
    followSession() {
      follow();
      return session.onReplaced(follow);
    },
  };
}
