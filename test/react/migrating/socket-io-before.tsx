// What docs/migrating.md replaces: a page with socket.io-client in effects.

import { useEffect, useState } from 'react';
import { io } from 'socket.io-client';
import { fetchPosts, fetchToken, type Post } from './posts.ts';

const socket = io('https://example.com', {
  autoConnect: false,
  auth: async (done) => done({ token: await fetchToken() }),
});

export function Chat() {
  const [isConnected, setConnected] = useState(socket.connected);
  const [posts, setPosts] = useState<Post[]>([]);
  const [sum, setSum] = useState<number>();
  useEffect(() => {
    const onConnect = () => {
      setConnected(true);
      if (!socket.recovered) void fetchPosts().then(setPosts);
    };
    const onDisconnect = () => setConnected(false);
    const onPosted = (post: Post) => setPosts((posts) => [...posts, post]);
    socket.on('connect', onConnect);
    socket.on('disconnect', onDisconnect);
    socket.on('posted', onPosted);
    socket.connect();
    return () => {
      socket.off('connect', onConnect);
      socket.off('disconnect', onDisconnect);
      socket.off('posted', onPosted);
      socket.disconnect();
    };
  }, []);
  const add = async () => setSum(await socket.timeout(5000).emitWithAck('add', { a: 20, b: 22 }));
  return (
    <main>
      <p>{isConnected ? 'connected' : 'not connected'}</p>
      <button type="button" onClick={add}>
        20 + 22 = {sum}
      </button>
      <ul>
        {posts.map((post) => (
          <li key={post.id}>{post.text}</li>
        ))}
      </ul>
    </main>
  );
}
