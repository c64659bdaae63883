// 200 prices: 200 components, one socket, one render each for a frame that brought something for it.

import { useWsEvent, WebSocketProvider } from 'everwire';
import { memo } from 'react';

export function Prices({ symbols }: { symbols: readonly string[] }) {
  return (
    <WebSocketProvider url="wss://example.com/prices">
      {symbols.map((symbol) => (
        <Price key={symbol} symbol={symbol} />
      ))}
    </WebSocketProvider>
  );
}

const Price = memo(function Price({ symbol }: { symbol: string }) {
  const latest = useWsEvent(`price:${symbol}`);
  return (
    <span>
      {symbol} {latest?.data.price.toFixed(2) ?? '–'}
    </span>
  );
});
