import { useMissedEvents, useWsChannel, useWsEvents } from 'everwire';
import { useCallback, useEffect, useState } from 'react';

interface Post {
  readonly id: number;
  readonly text: string;
}

export function Room({
  name,
  fetchPosts,
}: {
  readonly name: string;
  readonly fetchPosts: () => Promise<Post[]>;
}) {
  const room = useWsChannel(name);
  const [fetched, setFetched] = useState<readonly Post[]>([]);
  const fresh = useWsEvents('posted', { channel: name }).map(({ data }) => data as Post);

  const load = useCallback(() => fetchPosts().then(setFetched), [fetchPosts]);
  // Once joined: what is posted from here on comes as an event.
  useEffect(() => {
    if (room.status === 'joined') void load();
  }, [room.status, load]);
  useMissedEvents(load, { channel: name });

  if (room.status === 'refused') {
    return (
      <button type="button" onClick={room.retry}>
        {room.error?.message}
      </button>
    );
  }
  const posts = new Map([...fetched, ...fresh].map((post) => [post.id, post]));
  return (
    <>
      {[...posts.values()].map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
      <button type="button" onClick={() => room.send('say', { text: 'hello' })}>
        Say hello
      </button>
    </>
  );
}
