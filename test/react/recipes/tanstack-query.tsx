// For TanStack Query, as docs/resync.md says: events say what is stale, and notices that all of it is.

import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMissedEvents, useWsEventHandler, WebSocketProvider } from 'everwire';
import { fetchPosts } from './posts-api.ts';

export const queryClient = new QueryClient();

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <WebSocketProvider url="wss://example.com/ws" missedEventsJitter={5000}>
        <Freshness />
        <Posts />
      </WebSocketProvider>
    </QueryClientProvider>
  );
}

/** Renders nothing. Once in the app is enough. */
function Freshness() {
  const queryClient = useQueryClient();
  useWsEventHandler('posted', () => queryClient.invalidateQueries({ queryKey: ['posts'] }));
  useMissedEvents(() => queryClient.invalidateQueries());
  return null;
}

function Posts() {
  const { data: posts = [] } = useQuery({ queryKey: ['posts'], queryFn: fetchPosts });
  return (
    <ul>
      {posts.map((post) => (
        <li key={post.id}>{post.text}</li>
      ))}
    </ul>
  );
}
