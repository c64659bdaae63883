'use client';
/** Folds events into the component's own state. */
import type { EventName, EventOf, IWebSocketEvent } from '../src/index.ts';
import { useFold } from './use-fold.ts';
import { useReadable } from './use-readable.ts';

/**
 * Folds every event of these names since the mount into a state. No event is skipped, and the state is rendered at most
 * once per frame. For other names, or after another user has signed in, it starts again from `initialState`. Throws
 * `invalid-argument` for an invalid name.
 */
export function useWsReducer<Name extends EventName, State>(
  names: Name | readonly Name[],
  reducer: (state: State, event: EventOf<Name>) => State,
  initialState: State,
): State {
  const store = useFold<State, State>(names, {
    start: () => initialState,
    add: (state, event: IWebSocketEvent) => reducer(state, event as EventOf<Name>),
    show: (state) => state,
  });
  return useReadable(store);
}
