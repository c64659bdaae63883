import { QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query';
import { useWebSocketService, WebSocketProvider, type WebSocketService } from 'everwire';
import { liveQueryOptions, liveStatus } from 'everwire/tanstack-query';
import { fetchPosts, type Post, withPost } from './posts-api.ts';

export const queryClient = new QueryClient();

/** For components, and for loaders: `queryClient.prefetchQuery(postsOptions(service))`. */
function postsOptions(service: WebSocketService) {
  return liveQueryOptions({
    service,
    queryKey: ['posts'],
    queryFn: ({ signal }) => fetchPosts(signal),
    on: {
      posted: (list, event) => withPost(list, event.data as Post),
      deleted: (list, event) => list.filter(({ id }) => id !== event.data),
    },
  });
}

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <WebSocketProvider url="wss://example.com/ws" missedEventsJitter={5000}>
        <Posts />
      </WebSocketProvider>
    </QueryClientProvider>
  );
}

function Posts() {
  const posts = useQuery(postsOptions(useWebSocketService()));
  return (
    <>
      {liveStatus(posts) === 'stale' && <p>Catching up</p>}
      <ul>
        {posts.data?.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
    </>
  );
}
