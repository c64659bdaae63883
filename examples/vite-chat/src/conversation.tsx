// The posts of the room, and whether they are all there.
import { useEffect, useRef } from 'react';
import { myName } from './my-name.ts';
import { usePosts } from './posts.ts';

export function Conversation({ room }: { readonly room: string }) {
  const { data: posts = [], status, error, refetch } = usePosts(room);
  const end = useRef<HTMLLIElement>(null);
  const newest = posts.at(-1)?.id;
  useEffect(() => {
    if (newest) end.current?.scrollIntoView({ block: 'end' });
  }, [newest]);
  return (
    <ol className="posts">
      {posts.length === 0 && status === 'live' && (
        <li className="empty">Nothing was said in #{room} yet. Open a second window, and say hello.</li>
      )}
      {posts.map((post) => (
        <li key={post.id} className={post.name === myName ? 'post mine' : 'post'}>
          <p className="by">
            {post.name} <time>{new Date(post.at).toLocaleTimeString([], { timeStyle: 'short' })}</time>
          </p>
          <p className="text">{post.text}</p>
        </li>
      ))}
      {status === 'stale' && <li className="notice">Catching up …</li>}
      {status === 'error' && (
        <li className="notice">
          {error instanceof Error && error.message}{' '}
          <button type="button" onClick={refetch}>
            Try again
          </button>
        </li>
      )}
      <li ref={end} />
    </ol>
  );
}
