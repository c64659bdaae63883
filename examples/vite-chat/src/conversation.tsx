// The posts: the history of the server, and every post since, each once.
import { useConnection, useMissedEvents, useWsEvents, useWsRequest } from 'everwire';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Post } from './events.ts';
import { myName } from './my-name.ts';

export function Conversation() {
  const { posts, notice, dismiss } = usePosts();
  const end = useRef<HTMLLIElement>(null);
  const newest = posts.at(-1)?.id;
  useEffect(() => {
    if (newest) end.current?.scrollIntoView({ block: 'end' });
  }, [newest]);
  return (
    <ol className="posts">
      {posts.length === 0 && (
        <li className="empty">Nothing was said yet. Open a second window, and say hello.</li>
      )}
      {posts.map((post) => (
        <li key={post.id} className={post.name === myName ? 'post mine' : 'post'}>
          <p className="by">
            {post.name} <time>{new Date(post.at).toLocaleTimeString([], { timeStyle: 'short' })}</time>
          </p>
          <p className="text">{post.text}</p>
        </li>
      ))}
      {notice && (
        <li className="notice">
          {notice}{' '}
          <button type="button" onClick={dismiss}>
            OK
          </button>
        </li>
      )}
      <li ref={end} />
    </ol>
  );
}

function usePosts() {
  const request = useWsRequest();
  const live = useWsEvents('posted', { limit: 200 });
  const [history, setHistory] = useState<readonly Post[]>([]);
  const [notice, setNotice] = useState('');

  const load = useCallback(
    () => request('history').then(setHistory, (error: Error) => setNotice(`No history: ${error.message}`)),
    [request],
  );
  // When a session begins. A resume keeps the session, and nothing is lost.
  const isInSession = useConnection((state) => state.connectionId !== null);
  useEffect(() => {
    if (isInSession) void load();
  }, [isInSession, load]);
  // Called once for each break that a resume could not repair.
  useMissedEvents(({ reason }) => {
    setNotice(`Something may have been missed (${reason}): the history was requested again.`);
    return load();
  });

  const byId = new Map([...history, ...live.map((event) => event.data)].map((post) => [post.id, post]));
  return { posts: [...byId.values()], notice, dismiss: () => setNotice('') };
}
