// The recipe of docs/resync.md: events are written into the cache, and wait for a refetch.

import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useWsEventHandler, WebSocketProvider } from 'everwire';
import { fetchPosts, type Post, withPost } from './posts-api.ts';

export const queryClient = new QueryClient();

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <WebSocketProvider
        url="wss://example.com/ws"
        missedEventsJitter={5000}
        resync={() => queryClient.invalidateQueries({}, { throwOnError: true })}
        onError={console.error}
      >
        <LivePosts />
      </WebSocketProvider>
    </QueryClientProvider>
  );
}

export function LivePosts() {
  const queryClient = useQueryClient();
  const { data: posts } = useQuery({ queryKey: ['posts'], queryFn: fetchPosts });
  useWsEventHandler('posted', ({ data }) => {
    // The first fetch is still under way, and may have read too early: it begins again.
    if (posts === undefined) return queryClient.resetQueries({ queryKey: ['posts'] });
    // With your events in `Register`, the data of a `posted` is known to be a post.
    return queryClient.setQueryData<Post[]>(['posts'], (posts) => withPost(posts, data as Post));
  });
  return (
    <ul>
      {posts?.map((post) => (
        <li key={post.id}>{post.text}</li>
      ))}
    </ul>
  );
}
