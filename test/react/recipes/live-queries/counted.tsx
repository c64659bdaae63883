import { useLiveQuery } from 'everwire';

interface Votes {
  readonly count: number;
  /** The number of the last change that is counted. The database writes it with the count. */
  readonly version: number;
}

export function VoteCount({ fetchVotes }: { readonly fetchVotes: () => Promise<Votes> }) {
  const votes = useLiveQuery({
    key: ['votes'],
    fetch: fetchVotes,
    on: { voted: (last) => ({ ...last, count: last.count + 1 }) },
    at: ({ version }) => version,
    eventAt: ({ data }) => (data as { readonly version: number }).version,
  });
  return <output>{votes.data?.count ?? 'Loading'}</output>;
}
