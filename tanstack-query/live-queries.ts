/** Follows the queries of a cache while a component shows them. TanStack Query fetches, keeps and drops the data. */
import type { Query, QueryCache, QueryCacheNotifyEvent, QueryClient } from '@tanstack/react-query';
import type { Connection } from '../src/service/connection.ts';
import { createGate } from '../src/service/live/channel-gate.ts';
import type { LiveRules } from '../src/service/live/held-events.ts';
import { createLiveSource, type LiveSource, type LiveStanding } from '../src/service/live/live-source.ts';

/** What `liveQueryOptions` was given, besides what is TanStack Query's. */
export interface LiveSettings extends LiveRules<unknown> {
  readonly connection: Connection;
  readonly channel: string | undefined;
}

/** By the query function that goes with them: a query has the one of the last render. */
export const settingsOf: WeakMap<object, LiveSettings> = /* @__PURE__ */ new WeakMap();

interface LiveQuery {
  readonly source: LiveSource<unknown>;
  readonly settings: LiveSettings;
  on(event: QueryCacheNotifyEvent): void;
}

const live = /* @__PURE__ */ new WeakMap<Query, LiveQuery>();
const watched = /* @__PURE__ */ new WeakSet<QueryCache>();

/** A query without a component is still kept up to date for so long: a suspended one is about to be mounted. */
const LINGER_MS = 1_000;

export function isFollowed(query: Query): boolean {
  return live.get(query)?.source.isFollowing() ?? false;
}

export function standingOf(query: Query): LiveStanding {
  return live.get(query)?.source.standing() ?? 'stale';
}

/** Runs the query function, and keeps its result up to date. */
export function fetchLive<Result>(
  client: QueryClient,
  queryKey: readonly unknown[],
  settings: LiveSettings,
  run: (signal?: AbortSignal) => Promise<Result> | Result,
): Promise<Result> | Result {
  const cache = client.getQueryCache();
  const query = cache.find({ queryKey, exact: true });
  // On a server nothing is shown, and nothing would end what was begun.
  if (query === undefined || !('window' in globalThis)) return run();
  if (!watched.has(cache)) {
    watched.add(cache);
    cache.subscribe((event) => live.get(event.query)?.on(event));
  }
  const known = live.get(query);
  const isKnown =
    known && known.settings.connection === settings.connection && known.settings.channel === settings.channel;
  if (!isKnown) known?.source.dispose();
  const one = isKnown ? known : createLiveQuery(client, query, settings);
  live.set(query, one);
  one.source.follow();
  return one.source.fetch(run);
}

function createLiveQuery(client: QueryClient, query: Query, settings: LiveSettings): LiveQuery {
  const filters = { queryKey: query.queryKey, exact: true };
  const isFetching = (): boolean => query.state.fetchStatus !== 'idle';
  let lingering: ReturnType<typeof setTimeout> | undefined;
  let shown: LiveStanding = 'stale';

  const source = createLiveSource<unknown>(
    settings.connection,
    createGate(settings.connection, settings.channel),
    {
      label: 'liveQueryOptions',
      channel: settings.channel,
      rules: () => settingsOf.get(Object(query.options.queryFn)) ?? settings,
      read: () => query.state.data,
      write(data) {
        // Not `setQueryData`, which would also forget that the query was invalidated, or that its last fetch has failed.
        if (data !== query.state.data) query.setState({ data, dataUpdatedAt: Date.now() });
      },
      refetch() {
        void client.invalidateQueries(filters);
        return isFetching();
      },
      reset() {
        query.reset();
        // Its `initialData` is of the last user.
        query.setState({ data: undefined, dataUpdatedAt: 0, status: 'pending' });
        // The connection of the next user is about to be opened.
        queueMicrotask(() => void client.refetchQueries({ ...filters, type: 'active' }));
      },
      onStanding() {
        const standing = source.standing();
        if (standing === shown) return;
        shown = standing;
        // A component that is mounted fetches it again, and one that is there shows that it is stale.
        if (standing === 'live' || isFetching() || query.state.isInvalidated) query.setState({});
        else query.invalidate();
      },
    },
  );

  const linger = (): void => {
    clearTimeout(lingering);
    if (query.getObserversCount() > 0 || isFetching()) return;
    lingering = setTimeout(() => {
      source.unfollow();
      query.invalidate();
    }, LINGER_MS);
  };

  return {
    source,
    settings,
    on(event) {
      switch (event.type) {
        case 'updated':
          if (event.action.type === 'success' && !event.action.manual) source.fetched(query.state.data);
          else if (event.action.type === 'error') source.fetchFailed();
          else if (event.action.type === 'setState' && event.action.state.fetchStatus === 'idle')
            source.fetchCancelled();
          else return;
          return linger();
        case 'observerAdded':
          return clearTimeout(lingering);
        case 'observerRemoved':
          return linger();
        case 'observerOptionsUpdated':
          if (source.isFollowing() && source.follow()) source.refetch();
          return;
        case 'removed':
          clearTimeout(lingering);
          live.delete(query);
          return source.dispose();
        case 'added':
        case 'observerResultsUpdated':
          return;
        default:
          event satisfies never;
      }
    },
  };
}
