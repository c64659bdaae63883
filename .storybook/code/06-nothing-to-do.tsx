// What an app does for a resume: nothing. What was sent meanwhile comes, in order, each one once.

import { useWsEvents } from 'everwire';

export function Ticks() {
  const ticks = useWsEvents('tick', { limit: 42 });
  return (
    <ol>
      {ticks.map(({ data }) => (
        <li key={data.n}>{data.n}</li>
      ))}
    </ol>
  );
}
