// One bar for each second of one symbol. The symbol is an input, because the pipeline is created only once.

import { useWsStream } from 'everwire';
import { bufferTime, filter, map, scan, startWith, switchMap } from 'rxjs';
import type { Quote } from './events.ts';

export interface Bar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export function useBars(symbol: string): readonly Bar[] {
  return useWsStream(
    'price',
    (price$, inputs$) =>
      inputs$.pipe(
        switchMap(([symbol]) =>
          price$.pipe(
            map(({ data }) => data),
            filter((quote) => quote.symbol === symbol),
            bufferTime(1_000),
            filter((quotes) => quotes.length > 0),
            scan((bars: readonly Bar[], quotes) => [...bars, toBar(quotes)].slice(-12), []),
            startWith([]), // another symbol begins without the bars of the last one
          ),
        ),
      ),
    [symbol],
    [],
  );
}

function toBar(quotes: readonly Quote[]): Bar {
  const prices = quotes.map(({ price }) => price);
  return { low: Math.min(...prices), high: Math.max(...prices), count: prices.length };
}
