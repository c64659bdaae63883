// Three ways to read the same events, and what each of them knows when it is mounted late.

import { useWsEvent, useWsEvents, useWsReducer } from 'everwire';

export function LateComer() {
  const latest = useWsEvent('traded')?.data; // the newest, also one from before the mount
  const since = useWsEvents('traded'); // those since the mount
  const volume = useWsReducer('traded', (sum, { data }) => sum + data.size, 0); // a fold since the mount
  return (
    <dl className="stats">
      <div>
        <dt>useWsEvent: the newest</dt>
        <dd>{latest ? latest.price.toFixed(2) : 'none yet'}</dd>
      </div>
      <div>
        <dt>useWsEvents: how many</dt>
        <dd>{since.length}</dd>
      </div>
      <div>
        <dt>useWsReducer: volume</dt>
        <dd>{volume}</dd>
      </div>
    </dl>
  );
}
