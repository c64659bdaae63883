// For docs/migrating.md, which has the options alone: the page of partysocket, with Everwire.

import { useConnectionStatus, useWsEvent, useWsSend, WebSocketProvider } from 'everwire';
import { fetchToken, type Post } from './posts.ts';

export function App({ userId }: { userId: string }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      token={fetchToken}
      identity={userId}
      connectTimeout={5000}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      backoff="decorrelated"
      sendQueue={{ limit: 50 }}
    >
      <Chat />
    </WebSocketProvider>
  );
}

function Chat() {
  const isOpen = useConnectionStatus() === 'connected';
  const last = useWsEvent('posted', { select: ({ data }) => data as Post });
  const send = useWsSend();
  return (
    <main>
      <p>
        {isOpen ? 'connected' : 'not connected'}: {last?.text}
      </p>
      <button type="button" onClick={() => send('say', { text: 'Hello' })}>
        Say hello
      </button>
    </main>
  );
}
