/** Holds what a component shows of one session. What belongs to another user's session is never shown. */
import { createStore } from 'zustand/vanilla';
import type { Session } from '../src/service/session.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';

export interface SessionStore<Value> {
  /** Reads as `empty` once the session was replaced, also in a hidden component, which does not hear of it. */
  readonly store: ReadableStore<Value>;
  /** Publishes a value of the current session. */
  publish(value: Value): void;
}

export function createSessionStore<Value>(session: Session, empty: Value): SessionStore<Value> {
  const published = createStore(() => ({ value: empty, of: session.generation() }));
  return {
    store: {
      getState() {
        const { value, of } = published.getState();
        return of === session.generation() ? value : empty;
      },
      getInitialState: () => empty,
      subscribe: published.subscribe,
    },
    publish: (value) => published.setState({ value, of: session.generation() }),
  };
}
