/** Two endpoints with events of their own: the service types each hook that gets it. */
import {
  createWebSocketService,
  useConnectionStatus,
  useWsEvent,
  useWsEventHandler,
  useWsReducer,
  useWsSend,
  WebSocketProvider,
} from 'everwire';

interface Post {
  readonly id: string;
  readonly text: string;
}

export const chat = createWebSocketService<{
  events: { posted: Post };
  messages: { say: { text: string } };
}>();
export const prices = createWebSocketService<{ events: { price: number } }>();

export function App({ room }: { readonly room?: string }) {
  return (
    <WebSocketProvider url="wss://example.com/chat" service={chat}>
      <WebSocketProvider url="wss://example.com/prices" service={prices}>
        <Both room={room} />
      </WebSocketProvider>
    </WebSocketProvider>
  );
}

function Both({ room }: { readonly room: string | undefined }) {
  const text: string | undefined = useWsEvent('posted', { service: chat, select: ({ data }) => data.text });
  const price: number | undefined = useWsEvent('price', { service: prices })?.data;
  const sum: number = useWsReducer('price', (total: number, { data }) => total + data, 0, {
    service: prices,
  });
  const send = useWsSend({ service: chat });
  const status = useConnectionStatus({ service: chat, grace: 500 });
  useWsEventHandler('posted', (event) => console.log(event.data.text), { service: chat });
  useWsEventHandler(room && `room:${room}`, (event) => console.log(event.data));
  send('say', { text: 'hello' });
  // says: not assignable to parameter of type
  useWsEvent('posted', { service: prices });
  // says: Property 'txet' does not exist on type 'Post'
  useWsEventHandler('posted', (event) => console.log(event.data.txet), { service: chat });
  return (
    <p>
      {status}, {text}, {price}, {sum}
    </p>
  );
}
