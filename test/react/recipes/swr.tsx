// For SWR, as docs/resync.md says: events say what is stale, and notices that all of it is.

import { useMissedEvents, useWsEventHandler, WebSocketProvider } from 'everwire';
import useSWR, { useSWRConfig } from 'swr';
import { fetchPosts } from './posts-api.ts';

export function App() {
  return (
    <WebSocketProvider url="wss://example.com/ws" missedEventsJitter={5000}>
      <Freshness />
      <Posts />
    </WebSocketProvider>
  );
}

/** Renders nothing. Once in the app is enough. */
function Freshness() {
  const { mutate } = useSWRConfig();
  useWsEventHandler('posted', () => mutate('/api/posts'));
  useMissedEvents(() => mutate(() => true));
  return null;
}

function Posts() {
  const { data: posts = [] } = useSWR('/api/posts', fetchPosts);
  return (
    <ul>
      {posts.map((post) => (
        <li key={post.id}>{post.text}</li>
      ))}
    </ul>
  );
}
