'use client';
/** How does a component build its own state from a stream? */
import { useStore } from 'zustand';
import type { EventName, EventOf, IWebSocketEvent } from '../src/index.ts';
import { useFold } from './use-fold.ts';

/**
 * A fold over every event of these names since the mount: nothing is skipped, however fast they come, and the result is
 * rendered at most once a frame. Other names, or another session's owner, start it again from `initialState`.
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
  return useStore(store, ({ shown }) => shown);
}
