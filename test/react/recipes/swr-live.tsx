// For SWR, as docs/resync.md says: events are written into the cache, and wait for a refetch.

import { useWsEventHandler, WebSocketProvider } from 'everwire';
import useSWR, { useSWRConfig } from 'swr';
import { fetchPosts, type Post, withPost } from './posts-api.ts';

export function App() {
  const { mutate } = useSWRConfig();
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      missedEventsJitter={5000}
      resync={() => mutate(() => true)}
      onError={console.error}
    >
      <LivePosts />
    </WebSocketProvider>
  );
}

export function LivePosts() {
  const { mutate } = useSWRConfig();
  const { data: posts } = useSWR('/api/posts', fetchPosts);
  useWsEventHandler('posted', ({ data }) => {
    // The first fetch is still under way, and may have read too early: another follows.
    if (posts === undefined) return mutate('/api/posts');
    // With your events in `Register`, the data of a `posted` is known to be a post.
    return mutate('/api/posts', (posts?: Post[]) => withPost(posts, data as Post), { revalidate: false });
  });
  return (
    <ul>
      {posts?.map((post) => (
        <li key={post.id}>{post.text}</li>
      ))}
    </ul>
  );
}
