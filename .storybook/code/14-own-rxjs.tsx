// The slice itself, with a hook of observable-hooks. Each price renders.

import { useWsStream } from 'everwire';
import { useObservableState } from 'observable-hooks';

export function EveryPrice() {
  const price$ = useWsStream('price'); // the same Observable in each render
  const latest = useObservableState(price$);
  return <b>{latest?.data.price.toFixed(2) ?? 'none yet'}</b>;
}
