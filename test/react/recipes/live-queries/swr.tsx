import { useWebSocketService, WebSocketProvider, watchLiveQuery } from 'everwire';
import useSWRSubscription from 'swr/subscription';
import { fetchPosts, type Post, withPost } from './posts-api.ts';

export function App() {
  return (
    <WebSocketProvider url="wss://example.com/ws" missedEventsJitter={5000}>
      <Posts />
    </WebSocketProvider>
  );
}

function Posts() {
  const service = useWebSocketService();
  const { data: posts } = useSWRSubscription<readonly Post[], Error, [string]>(['posts'], (key, { next }) =>
    watchLiveQuery<readonly Post[]>(
      service,
      {
        key,
        fetch: ({ signal }) => fetchPosts(signal),
        on: {
          posted: (list, event) => withPost(list, event.data as Post),
          deleted: (list, event) => list.filter(({ id }) => id !== event.data),
        },
      },
      ({ status, data, error }) => {
        if (status === 'error') next(error as Error, data);
        else if (data) next(null, data);
      },
    ),
  );
  return (
    <ul>
      {posts?.map(({ id, text }) => (
        <li key={id}>{text}</li>
      ))}
    </ul>
  );
}
