// Whether no price has arrived for 5 s. The next price starts the wait again.

import { useWsStream } from 'everwire';
import { map, startWith, switchMap, timer } from 'rxjs';

export function useIsSilent() {
  return useWsStream(
    'price',
    (price$) =>
      price$.pipe(
        startWith(null), // the first wait starts on mount
        switchMap(() =>
          timer(5_000).pipe(
            map(() => true),
            startWith(false),
          ),
        ),
      ),
    [],
    false,
  );
}
