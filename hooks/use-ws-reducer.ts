'use client';
/** Folds events into the component's own state. */
import { useInsertionEffect, useMemo, useRef } from 'react';
import { failure } from '../src/errors.ts';
import type {
  ChannelEventName,
  ChannelEventOf,
  ChannelName,
  EventName,
  EventOf,
  IWebSocketEvent,
  Register,
} from '../src/index.ts';
import { wantedChannel, wantedNames } from '../src/service/config/event-names.ts';
import { keysOf } from '../src/stream/channel-key.ts';
import type { FoldShape } from './create-fold.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useFold } from './use-fold.ts';
import type { HookNames, NoChannelOption, UseChannelOptions } from './use-named-events.ts';
import { useReadable } from './use-readable.ts';

/** Local actions of `useWsReducer`, by name: from the state and what the action is called with to the next state. */
export type ReducerActions<State> = Readonly<Record<string, (state: State, ...args: never[]) => State>>;

/** The actions as the component calls them: without the state. */
export type BoundActions<Actions> = {
  readonly [Name in keyof Actions]: Actions[Name] extends (state: never, ...args: infer Args) => unknown
    ? (...args: Args) => void
    : never;
};

export interface UseWsReducerOptions<Types extends object = Register> extends UseServiceOptions<Types> {
  /**
   * `'newest'`: folds in the newest event of each name first, in the order of the names, so that a component that mounts late
   * does not start empty. `'now'` (the default): only what comes from the mount on.
   */
  start?: 'now' | 'newest' | undefined;
}

/** With local actions. */
export interface WithActions<Actions> {
  /** Changes the state from the component itself, such as "mark as read". Each is rendered at once. */
  actions: Actions;
}

/** Without them. */
export interface NoActions {
  actions?: never;
}

/**
 * Folds every event of these names since the mount into a state. No event is skipped, and the state is rendered at most
 * once per frame. For other names, or after another user has signed in, it starts again from `initialState`. Without a name
 * (`undefined`, `null`, `''` or `false`) it stays there. Throws `invalid-argument` for an invalid name or `start`.
 *
 * With `actions` it returns the state and the actions, which are the same functions in every render with the same names:
 *
 * ```tsx
 * const [unread, { markRead }] = useWsReducer('posted', (n: number) => n + 1, 0, { actions: { markRead: () => 0 } });
 * ```
 */
export function useWsReducer<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  State,
  Actions extends ReducerActions<State>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  reducer: (state: State, event: ChannelEventOf<Name, Channel, Types>) => State,
  initialState: State,
  options: UseWsReducerOptions<Types> & WithActions<Actions> & Required<UseChannelOptions<Channel>>,
): readonly [State, BoundActions<Actions>];
export function useWsReducer<
  Name extends EventName<Types>,
  State,
  Actions extends ReducerActions<State>,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  reducer: (state: State, event: EventOf<Name, Types>) => State,
  initialState: State,
  options: UseWsReducerOptions<Types> & WithActions<Actions> & NoChannelOption,
): readonly [State, BoundActions<Actions>];
export function useWsReducer<
  Channel extends ChannelName<Types>,
  Name extends ChannelEventName<Channel, Types>,
  State,
  Types extends object = Register,
>(
  names: HookNames<Name>,
  reducer: (state: State, event: ChannelEventOf<Name, Channel, Types>) => State,
  initialState: State,
  options: UseWsReducerOptions<Types> & NoActions & Required<UseChannelOptions<Channel>>,
): State;
export function useWsReducer<Name extends EventName<Types>, State, Types extends object = Register>(
  names: HookNames<Name>,
  reducer: (state: State, event: EventOf<Name, Types>) => State,
  initialState: State,
  options?: UseWsReducerOptions<Types> & NoActions & NoChannelOption,
): State;
export function useWsReducer<State>(
  names: HookNames<string>,
  reducer: (state: State, event: never) => State,
  initialState: State,
  options?: UseWsReducerOptions<object> &
    Partial<WithActions<ReducerActions<State>>> &
    UseChannelOptions<string>,
): unknown {
  const { start = 'now', actions } = options ?? {};
  if (start !== 'now' && start !== 'newest') throw failure('invalid-argument/start', {});
  const connection = useConnectionOf(options);
  const shape: FoldShape<State, State> = {
    start: () => initialState,
    earlier:
      start === 'now'
        ? undefined
        : () => {
            const channel = wantedChannel(options);
            const cellOf = channel === undefined ? connection.cell : connection.channelCell;
            return keysOf(wantedNames(names), channel).flatMap((key) => cellOf(key).newest() ?? []);
          },
    add: (state, event: IWebSocketEvent) => reducer(state, event as never),
    show: (state) => state,
  };
  const fold = useFold(connection, names, options, shape);
  const state = useReadable(fold.store);

  const latest = useRef(actions);
  useInsertionEffect(() => {
    latest.current = actions;
  }, [actions]);
  const actionNames = actions && Object.keys(actions).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the names stand for the actions, of which the latest are called.
  const bound = useMemo(
    () =>
      Object.fromEntries(
        Object.keys(actions ?? {}).map((name) => [
          name,
          (...args: never[]) =>
            fold.change((before) => {
              const action = latest.current?.[name];
              return action ? action(before, ...args) : before;
            }),
        ]),
      ),
    [fold, actionNames],
  );
  return actions ? [state, bound] : state;
}
