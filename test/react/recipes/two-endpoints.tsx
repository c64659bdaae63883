/** A page with two servers: chat around the whole app, prices around one part. */
import { createWebSocketService, useWsEvent, useWsEvents, useWsSend, WebSocketProvider } from 'everwire';

interface Post {
  readonly id: string;
  readonly text: string;
}

const chat = createWebSocketService<{
  events: { posted: Post };
  messages: { say: { text: string } };
}>();

const prices = createWebSocketService<{ events: { price: { bid: number } } }>();

export function App() {
  return (
    <WebSocketProvider url="wss://chat.example.com/ws" service={chat}>
      <WebSocketProvider url="wss://prices.example.com/ws" service={prices}>
        <Page />
      </WebSocketProvider>
    </WebSocketProvider>
  );
}

function Page() {
  const price = useWsEvent('price', { service: prices })?.data.bid; // number | undefined
  const posts = useWsEvents('posted', { service: chat });
  const say = useWsSend({ service: chat });
  return (
    <main>
      <p>{price ?? 'no price yet'}</p>
      <ul>
        {posts.map(({ data }) => (
          <li key={data.id}>{data.text}</li>
        ))}
      </ul>
      <button type="button" onClick={() => say('say', { text: 'hello' })}>
        Say hello
      </button>
    </main>
  );
}
