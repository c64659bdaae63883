// A reducer as docs/resync.md describes it: it starts from a snapshot, and starts again after each notice.

import { useMissedEvents, useWsReducer } from 'everwire';
import { useEffect, useState } from 'react';
import { fetchPrices, type Price, type Prices } from './prices-api.ts';

export function Board() {
  const [round, setRound] = useState(0);
  useMissedEvents(() => setRound((last) => last + 1));
  // A new key is a new board: no change is left of the round before, and the snapshot is fetched again.
  return <Round key={round} />;
}

function Round() {
  const changes = useWsReducer('price_changed', withChange, noChanges);
  const [snapshot, setSnapshot] = useState<Prices>();

  // An effect of the same component: by now the reducer hears everything.
  useEffect(() => {
    const controller = new AbortController();
    fetchPrices(controller.signal).then(setSnapshot, () => undefined);
    return () => controller.abort();
  }, []);

  if (snapshot === undefined) return <p>Loading</p>;
  const prices = { ...snapshot, ...changes };
  return (
    <ul>
      {Object.entries(prices).map(([symbol, price]) => (
        <li key={symbol}>{`${symbol} ${price}`}</li>
      ))}
    </ul>
  );
}

const noChanges: Prices = {};

function withChange(prices: Prices, { data }: { readonly data: unknown }): Prices {
  const { symbol, price } = data as Price;
  return { ...prices, [symbol]: price };
}
