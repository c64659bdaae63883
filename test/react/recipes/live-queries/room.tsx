import { useLiveQuery, WebSocketProvider } from 'everwire';
import { fetchPosts, type Post, withPost } from './posts-api.ts';

export function App() {
  return (
    <WebSocketProvider url="wss://example.com/ws" missedEventsJitter={5000}>
      <Posts />
    </WebSocketProvider>
  );
}

function Posts() {
  const posts = useLiveQuery<readonly Post[]>({
    key: ['posts'],
    fetch: ({ signal }) => fetchPosts(signal),
    on: {
      // With your events in `Register`, the data of a `posted` is known to be a post.
      posted: (list, event) => withPost(list, event.data as Post),
      deleted: (list, event) => list.filter(({ id }) => id !== event.data),
    },
  });
  if (posts.status === 'loading') return <p>Loading</p>;
  return (
    <>
      {posts.status === 'stale' && <p>Catching up</p>}
      {posts.status === 'error' && (
        <button type="button" onClick={posts.refetch}>
          Try again
        </button>
      )}
      <ul>
        {posts.data?.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
    </>
  );
}
