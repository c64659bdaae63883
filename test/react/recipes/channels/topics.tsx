import { type ChannelsConfig, useWsChannel, useWsEvent, WebSocketProvider } from 'everwire';

const topics: ChannelsConfig = {
  join: (name) => ({ event: 'subscribe', data: { topic: name } }),
  leave: (name) => ({ event: 'unsubscribe', data: { topic: name } }),
  many: (names) => ({ event: 'subscribe', data: { topics: names } }),
  // The channel that an event belongs to.
  of: (event) => event.data?.['topic'],
  // A join is a request: joined when it is answered, refused when the answer is an error.
  answered: true,
};

export function App() {
  return (
    <WebSocketProvider url="wss://prices.example.com/ws" channels={topics}>
      <Price of="btc" />
      <Price of="eth" />
    </WebSocketProvider>
  );
}

function Price({ of: symbol }: { readonly of: string }) {
  const { status } = useWsChannel(symbol);
  const price = useWsEvent('price', { channel: symbol })?.data as { readonly bid: number } | undefined;
  return (
    <p>
      {symbol}: {price?.bid ?? status}
    </p>
  );
}
