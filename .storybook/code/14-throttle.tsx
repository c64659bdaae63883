// At most one price per second is shown, however many arrive.

import { useWsStream } from 'everwire';
import { map, throttleTime } from 'rxjs';

export function useCalmQuote() {
  return useWsStream('price', (price$) =>
    price$.pipe(
      // `trailing`: the last price of a burst is shown, too.
      throttleTime(1_000, undefined, { leading: true, trailing: true }),
      map(({ data }) => data),
    ),
  );
}
