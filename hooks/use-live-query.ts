'use client';
/** Fetched data that events keep up to date. */
import { useEffect, useInsertionEffect, useMemo } from 'react';
import type { ChannelName, IWebSocketEvent, NoName, Register } from '../src/index.ts';
import type { LivePosition } from '../src/service/live/position.ts';
import type { LiveReducers } from '../src/service/live/reducers.ts';
import { createLiveHandle, entryOf, type LiveOptions } from './create-live-query.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useReadable } from './use-readable.ts';

export interface UseLiveQueryOptions<
  Data,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
> extends UseServiceOptions<Types> {
  /**
   * Names the data, as in TanStack Query: components with equal keys share it. Without one (`undefined`, `null`, `''` or
   * `false`) nothing is fetched.
   */
  key: readonly unknown[] | string | NoName;
  /** Fetches the data. Pass the signal on: it is aborted when the result is not wanted any more. */
  fetch: (context: { readonly signal: AbortSignal }) => Promise<Data>;
  /** What each event changes in the data. */
  on: LiveReducers<Data, Types, Channel>;
  /**
   * Only events of this channel, which is joined before the fetch starts, and left after the last component is gone. Without
   * the option: events of all channels, and of none. `undefined`, `null`, `''` or `false`: there is no channel yet, so nothing
   * is fetched.
   */
  channel?: Channel | NoName | ([Channel] extends [never] ? ChannelName<Types> : never);
  /**
   * How far the data goes: the position of the last event that is in it. Events up to there are not applied. Without it, an
   * event may be in the data already when it is applied.
   */
  at?: ((data: NoInfer<Data>) => LivePosition | null | undefined) | undefined;
  /** Where an event is, to be compared with `at`. Default: its `position`. */
  eventAt?: ((event: IWebSocketEvent) => LivePosition | null | undefined) | undefined;
  /** Shown until the data is fetched, for example what a server has rendered. */
  initialData?: NoInfer<Data> | undefined;
  /** How long the data is kept after the last component with this key is gone; ms. Default 300000. */
  gcTime?: number | undefined;
}

/**
 * `loading`: there is no data yet. `live`: it has every event so far. `stale`: events may be missing, and it is fetched
 * again. `error`: it could not be fetched, and events may be missing.
 */
export type LiveQuery<Data> = (
  | { readonly status: 'loading'; readonly data: undefined }
  | { readonly status: 'live' | 'stale'; readonly data: Data }
  | { readonly status: 'error'; readonly data: Data | undefined }
) & {
  /** What the last fetch was rejected with; null if it was not. */
  readonly error: unknown;
  /** Fetches again, in place of a fetch that runs. The same function in every render. */
  readonly refetch: () => void;
};

/**
 * Fetches data, and applies events to it. What arrives during a fetch is held and applied to its result, so that no event is
 * lost between the two. It is fetched again when events may have been missed, and when a reducer has thrown, which is reported
 * to `errors$`. Renders at most once per frame. Throws `invalid-argument` for options that can't work.
 */
export function useLiveQuery<
  Data,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
>(options: UseLiveQueryOptions<Data, Types, Channel>): LiveQuery<Data> {
  const given = options as unknown as LiveOptions;
  const hash = entryOf(given);
  const connection = useConnectionOf(options);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the later options are set below.
  const handle = useMemo(() => createLiveHandle(connection, hash, given), [connection, hash]);
  useInsertionEffect(() => handle.setOptions(given));
  useEffect(() => handle.followNames());
  const state = useReadable(handle.store);
  return useMemo(() => ({ ...state, refetch: handle.refetch }) as LiveQuery<Data>, [state, handle]);
}
