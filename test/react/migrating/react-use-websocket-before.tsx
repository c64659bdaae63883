// What docs/migrating.md replaces: a page with react-use-websocket.

import { useEffect, useState } from 'react';
import useWebSocket, { ReadyState } from 'react-use-websocket';
import type { Post } from './posts.ts';

export function Chat({ token }: { token: string }) {
  const [posts, setPosts] = useState<Post[]>([]);
  const { lastJsonMessage, sendJsonMessage, readyState } = useWebSocket<{ payload: Post } | null>(
    'wss://example.com/ws',
    {
      share: true,
      queryParams: { token },
      shouldReconnect: (close) => close.code !== 4003,
      reconnectAttempts: 10,
      heartbeat: { message: '{"type":"ping"}', interval: 25_000, timeout: 60_000 },
      filter: (message) => JSON.parse(message.data).type === 'posted',
    },
  );
  useEffect(() => {
    if (lastJsonMessage) setPosts((posts) => [...posts, lastJsonMessage.payload]);
  }, [lastJsonMessage]);
  const isOpen = readyState === ReadyState.OPEN;
  const say = () => sendJsonMessage({ type: 'say', payload: { text: 'Hello' } });
  return (
    <main>
      <p>{isOpen ? 'connected' : 'not connected'}</p>
      <button type="button" disabled={!isOpen} onClick={say}>
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
