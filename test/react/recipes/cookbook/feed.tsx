import { useInfiniteQuery } from '@tanstack/react-query';
import { useMissedEvents, useWsEvents, useWsRequest } from 'everwire';
import { chat, type Post } from './chat.ts';

/** A list that loads older posts on demand, and shows new ones as they come. Use it with `key={room}`. */
export function Feed({ room }: { readonly room: string }) {
  const request = useWsRequest({ service: chat });
  const { data, fetchNextPage, hasNextPage, refetch } = useInfiniteQuery({
    queryKey: ['posts', room],
    queryFn: ({ pageParam, signal }) => request('history', { room, before: pageParam }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => (page.length === 20 ? page.at(-1)?.id : undefined),
  });
  // From the mount on, so also what is posted while a page is fetched.
  const live = useWsEvents('posted', { service: chat, limit: 1000 });
  useMissedEvents(() => refetch(), { service: chat });

  const fetched = data?.pages.flat().reverse() ?? [];
  const fresh = live.map((event) => event.data).filter((post) => post.room === room);
  // A post that is in both is shown once.
  const posts = new Map<string, Post>([...fetched, ...fresh].map((post) => [post.id, post]));
  return (
    <>
      {hasNextPage && (
        <button type="button" onClick={() => fetchNextPage()}>
          Older posts
        </button>
      )}
      <ol>
        {[...posts.values()].map(({ id, user, text }) => (
          <li key={id}>
            {user}: {text}
          </li>
        ))}
      </ol>
    </>
  );
}
