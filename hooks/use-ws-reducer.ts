'use client';
/** Folds events into the component's own state. */
import type { EventName, EventOf, IWebSocketEvent, Register } from '../src/index.ts';
import type { FoldShape } from './create-fold.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useFold } from './use-fold.ts';
import type { HookNames } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

/**
 * Folds every event of these names since the mount into a state. No event is skipped, and the state is rendered at most
 * once per frame. For other names, or after another user has signed in, it starts again from `initialState`. Without a name
 * (`undefined`, `null`, `''` or `false`) it stays there. Throws `invalid-argument` for an invalid name.
 */
export function useWsReducer<Name extends EventName<Types>, State, Types extends object = Register>(
  names: HookNames<Name>,
  reducer: (state: State, event: EventOf<Name, Types>) => State,
  initialState: State,
  options?: UseServiceOptions<Types>,
): State {
  const shape: FoldShape<State, State> = {
    start: () => initialState,
    add: (state, event: IWebSocketEvent) => reducer(state, event as EventOf<Name, Types>),
    show: (state) => state,
  };
  return useReadable(useFold(useConnectionOf(options), names, shape));
}
