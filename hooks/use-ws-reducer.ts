'use client';
/** Folds events into the component's own state. */
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  IWebSocketEvent,
  Register,
} from '../src/index.ts';
import type { FoldShape } from './create-fold.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useFold } from './use-fold.ts';
import type { HookNames, NoChannelOption, UseChannelOptions } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

/**
 * Folds every event of these names since the mount into a state. No event is skipped, and the state is rendered at most
 * once per frame. For other names, or after another user has signed in, it starts again from `initialState`. Without a name
 * (`undefined`, `null`, `''` or `false`) it stays there. Throws `invalid-argument` for an invalid name.
 */
export function useWsReducer<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  State,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  reducer: (state: State, event: ChannelEventOf<Name, Channel, Types>) => State,
  initialState: State,
  options: UseServiceOptions<Types> & Required<UseChannelOptions<Channel>>,
): State;
export function useWsReducer<Name extends EventName<Types>, State, Types extends object = Register>(
  names: HookNames<Name>,
  reducer: (state: State, event: EventOf<Name, Types>) => State,
  initialState: State,
  options?: UseServiceOptions<Types> & NoChannelOption,
): State;
export function useWsReducer<State>(
  names: HookNames<string>,
  reducer: (state: State, event: never) => State,
  initialState: State,
  options?: UseServiceOptions<object> & UseChannelOptions<string>,
): State {
  const shape: FoldShape<State, State> = {
    start: () => initialState,
    add: (state, event: IWebSocketEvent) => reducer(state, event as never),
    show: (state) => state,
  };
  return useReadable(useFold(useConnectionOf(options), names, options, shape));
}
