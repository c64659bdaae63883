// In docs/migrating.md: the page of react-use-websocket, with Everwire.

import {
  defaultClosePolicy,
  useConnectionStatus,
  useWsReducer,
  useWsSend,
  WebSocketProvider,
} from 'everwire';
import type { Post } from './posts.ts';
import { typePayloadProtocol } from './type-payload-protocol.ts';

export function App({ token }: { token: string }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      token={token}
      protocol={typePayloadProtocol}
      closePolicy={(close) => (close.code === 4003 ? 'fatal' : defaultClosePolicy(close))}
      reconnectAttempts={10}
      heartbeat={{ interval: 25_000, timeout: 10_000 }}
    >
      <Chat />
    </WebSocketProvider>
  );
}

function Chat() {
  const isOpen = useConnectionStatus() === 'connected';
  const posts = useWsReducer('posted', (posts: Post[], { data }) => [...posts, data as Post], []);
  const send = useWsSend();
  return (
    <main>
      <p>{isOpen ? 'connected' : 'not connected'}</p>
      <button type="button" disabled={!isOpen} onClick={() => send('say', { text: 'Hello' })}>
        Say hello
      </button>
      <ul>
        {posts.map((post) => (
          <li key={post.id}>{post.text}</li>
        ))}
      </ul>
    </main>
  );
}
