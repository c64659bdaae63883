// The slice in a hook of observable-hooks, which renders for each price, and in a pipeline, which renders once per frame.

import { useWsStream } from 'everwire';
import { useObservableState } from 'observable-hooks';
import { map } from 'rxjs';

export function useEveryPrice() {
  const price$ = useWsStream('price'); // the same Observable in each render
  return useObservableState(price$)?.data.price;
}

export function useFramePrice() {
  return useWsStream('price', (price$) => price$.pipe(map(({ data }) => data.price)));
}
