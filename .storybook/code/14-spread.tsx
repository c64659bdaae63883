// The difference between two events of different names, from the newest of each.

import { useWsStream } from 'everwire';
import { combineLatest, filter, map } from 'rxjs';

export function useSpread() {
  return useWsStream(['bid', 'ask'], (events$) => {
    const bid$ = events$.pipe(filter(({ event }) => event === 'bid'));
    const ask$ = events$.pipe(filter(({ event }) => event === 'ask'));
    return combineLatest([bid$, ask$]).pipe(map(([bid, ask]) => ask.data.price - bid.data.price));
  });
}
