// The average of the last ten prices. `scan` keeps them between two events.

import { useWsStream } from 'everwire';
import { map, scan } from 'rxjs';

export function useAverage() {
  return useWsStream('price', (price$) =>
    price$.pipe(
      scan((last: readonly number[], { data }) => [...last, data.price].slice(-10), []),
      map((last) => last.reduce((sum, price) => sum + price, 0) / last.length),
    ),
  );
}
