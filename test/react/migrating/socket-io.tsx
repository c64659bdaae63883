// For docs/migrating.md, which has the options alone: the page of socket.io-client, with Everwire.

import {
  useConnectionStatus,
  useMissedEvents,
  useWsEventHandler,
  useWsRequest,
  WebSocketProvider,
} from 'everwire';
import { useEffect, useState } from 'react';
import { fetchPosts, fetchToken, type Post } from './posts.ts';

export function App({ userId }: { userId: string }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" token={fetchToken} identity={userId}>
      <Chat />
    </WebSocketProvider>
  );
}

function Chat() {
  const isConnected = useConnectionStatus() === 'connected';
  const [posts, setPosts] = useState<Post[]>([]);
  const [sum, setSum] = useState<unknown>();
  const request = useWsRequest();
  useEffect(() => void fetchPosts().then(setPosts), []);
  useMissedEvents(() => fetchPosts().then(setPosts));
  useWsEventHandler('posted', ({ data }) => setPosts((posts) => [...posts, data as Post]));
  const add = async () => setSum(await request('add', { a: 20, b: 22 }, { timeout: 5000 }));
  return (
    <main>
      <p>{isConnected ? 'connected' : 'not connected'}</p>
      <button type="button" onClick={add}>
        20 + 22 = {sum as number}
      </button>
      <ul>
        {posts.map((post) => (
          <li key={post.id}>{post.text}</li>
        ))}
      </ul>
    </main>
  );
}
