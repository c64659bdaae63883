/** Options of TanStack Query for a query that events keep up to date. */
import type {
  DataTag,
  DefaultError,
  DefinedInitialDataOptions,
  Query,
  QueryFunction,
  QueryFunctionContext,
  QueryKey,
  UndefinedInitialDataOptions,
} from '@tanstack/react-query';
import type { ChannelName, IWebSocketEvent, Register, WebSocketService } from '../src/index.ts';
import { checkedChannel } from '../src/service/config/event-names.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import { checkLive, checkLiveOptions } from '../src/service/live/check-options.ts';
import type { LivePosition } from '../src/service/live/position.ts';
import type { LiveReducers } from '../src/service/live/reducers.ts';
import { fetchLive, isFollowed, type LiveSettings, settingsOf, standingOf } from './live-queries.ts';

/** What `liveQueryOptions` takes besides the options of `useQuery`. */
export interface LiveQueryOptions<
  Data,
  Key extends QueryKey = QueryKey,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
> {
  /** The service whose events change the data: in a component, that of `useWebSocketService()`. */
  service: WebSocketService<Types>;
  queryFn: QueryFunction<Data, Key>;
  /** What each event changes in the data. */
  on: LiveReducers<Data, Types, Channel>;
  /**
   * Only events of this channel, which is joined before the fetch starts, and left after the last component is gone. Without
   * the option: events of all channels, and of none.
   */
  channel?: Channel | ([Channel] extends [never] ? ChannelName<Types> : never) | undefined;
  /**
   * How far the data goes: the position of the last event that is in it. Events up to there are not applied. Without it, an
   * event may be in the data already when it is applied.
   */
  at?: ((data: NoInfer<Data>) => LivePosition | null | undefined) | undefined;
  /** Where an event is, to be compared with `at`. Default: its `position`. */
  eventAt?: ((event: IWebSocketEvent) => LivePosition | null | undefined) | undefined;
}

type Result<Given, Data, Key extends QueryKey> = Omit<Given, 'queryFn' | 'queryKey'> & {
  queryFn: QueryFunction<Data, Key>;
  queryKey: DataTag<Key, Data>;
};

/**
 * Returns options for `useQuery`, `useSuspenseQuery`, `prefetchQuery` and the like. Events that arrive during a fetch are held
 * and applied to its result; later ones are applied to the cached data, once per frame. The query is fetched again when events
 * may have been missed, and when a reducer has thrown, which is reported to `errors$`.
 *
 * It is kept up to date while a component shows it, and is not stale as long as it is. All options of `useQuery` may be given,
 * except for those of infinite queries. Throws `invalid-argument` for options that can't work.
 */
export function liveQueryOptions<
  Data,
  Err = DefaultError,
  Selected = Data,
  const Key extends QueryKey = QueryKey,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
>(
  options: Omit<DefinedInitialDataOptions<Data, Err, Selected, Key>, 'queryFn'> &
    LiveQueryOptions<Data, Key, Types, Channel>,
): Result<DefinedInitialDataOptions<Data, Err, Selected, Key>, Data, Key>;
export function liveQueryOptions<
  Data,
  Err = DefaultError,
  Selected = Data,
  const Key extends QueryKey = QueryKey,
  Types extends object = Register,
  Channel extends ChannelName<Types> = never,
>(
  options: Omit<UndefinedInitialDataOptions<Data, Err, Selected, Key>, 'queryFn'> &
    LiveQueryOptions<Data, Key, Types, Channel>,
): Result<UndefinedInitialDataOptions<Data, Err, Selected, Key>, Data, Key>;
export function liveQueryOptions(options: object): unknown {
  checkLiveOptions(options, 'queryFn');
  const {
    service,
    channel,
    on,
    at,
    eventAt,
    queryFn: given,
    refetchOnMount = true,
    ...others
  } = options as GivenOptions;
  checkLive('queryKey', Array.isArray(Object(others).queryKey));
  const settings: LiveSettings = {
    connection: connectionOf(service),
    channel: checkedChannel(channel),
    ...{ on, at, eventAt },
  };

  const queryFn = (context: QueryFunctionContext): unknown =>
    fetchLive(context.client, context.queryKey, settings, (signal) =>
      given(signal ? withSignal(context, signal) : context),
    );
  settingsOf.set(queryFn, settings);

  return {
    // As long as events keep it up to date, there is nothing to fetch.
    staleTime: (query: Query) => (standingOf(query) === 'live' ? Number.POSITIVE_INFINITY : 0),
    ...others,
    queryFn,
    // What was put into the cache by something else, or is not kept up to date any more, is fetched in any case.
    refetchOnMount: (query: Query) => {
      const wanted = typeof refetchOnMount === 'function' ? refetchOnMount(query) : refetchOnMount;
      return wanted !== false && !isFollowed(query) ? 'always' : wanted;
    },
  };
}

interface GivenOptions extends Omit<LiveSettings, 'connection'> {
  readonly service: object;
  readonly queryFn: (context: QueryFunctionContext) => unknown;
  readonly refetchOnMount?: RefetchOnMount | ((query: Query) => RefetchOnMount);
}

type RefetchOnMount = boolean | 'always';

/** The same context with a signal that is also aborted when a newer fetch takes the place of this one. */
function withSignal(context: QueryFunctionContext, signal: AbortSignal): QueryFunctionContext {
  return Object.defineProperties({} as QueryFunctionContext, {
    ...Object.getOwnPropertyDescriptors(context),
    signal: {
      enumerable: true,
      get() {
        // TanStack Query aborts a fetch without components only if its function has read the signal.
        void context.signal;
        return signal;
      },
    },
  });
}
