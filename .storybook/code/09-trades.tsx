// The last trades, oldest first. The key is the trade's own id: `seq` starts again with each session.

import { useWsEvents } from 'everwire';

export function Trades({ limit }: { limit: number }) {
  const trades = useWsEvents('traded', { limit }); // default 100
  return (
    <ol className="trades">
      {trades.map(({ data }) => (
        <li key={data.id}>
          <span>{data.id}</span> <b>{data.price.toFixed(2)}</b> <span>× {data.size}</span>
        </li>
      ))}
    </ol>
  );
}
