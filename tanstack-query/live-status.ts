/** The status of a live query. */

/** What `useLiveQuery` of `everwire` calls it. */
export type LiveStatus = 'loading' | 'live' | 'stale' | 'error';

/**
 * `loading`: there is no data yet. `live`: it has every event so far. `stale`: it is fetched again, because events may be
 * missing, or for another reason of TanStack Query. `error`: that has failed. Takes what `useQuery` returns.
 */
export function liveStatus(result: {
  readonly status: 'pending' | 'error' | 'success';
  readonly isFetching: boolean;
  readonly isStale: boolean;
}): LiveStatus {
  const { status, isFetching, isStale } = result;
  if (status === 'pending') return 'loading';
  if (isFetching) return 'stale';
  if (status === 'error') return 'error';
  return isStale ? 'stale' : 'live';
}
