/** A chat, as an app that uses the package: posts, typing, and who is connected. */

import {
  useConnection,
  useConnectionStatus,
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsRequest,
  useWsSend,
} from 'everwire';
import { type FormEvent, useCallback, useEffect, useRef, useState } from 'react';
import { type Post, postIn, postsIn, typistIn, usersIn } from './chat-events.ts';

/** "Is typing" is removed after this, unless it is repeated. */
const TYPING_SHOWN_MS = 3_000;
/** While somebody types, the others are notified no more often than this. */
const TYPING_SENT_EVERY_MS = 1_500;

export function Chat() {
  return (
    <div className="chat">
      <div className="stack">
        <Posts />
        <Composer />
      </div>
      <People />
    </div>
  );
}

function Posts() {
  const posts = usePosts();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (posts.length > 0) end.current?.scrollTo({ top: end.current.scrollHeight });
  }, [posts]);
  return (
    <div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <div className="chat-posts" role="log" aria-label="Posts" tabIndex={0} ref={end}>
        <ol>
          {posts.map((post) => (
            <li key={post.id} className="post">
              <span className="avatar" aria-hidden="true">
                {post.user.slice(0, 1).toUpperCase()}
              </span>
              <span className="post-head">
                <span className="post-user">{post.user}</span>
                <time className="post-time" dateTime={new Date(post.at).toISOString()}>
                  {timeOf(post.at)}
                </time>
              </span>
              <span className="post-text">{post.text}</span>
            </li>
          ))}
        </ol>
      </div>
      <Typing />
    </div>
  );
}

/**
 * The history, and every post since. Requested when a session begins, and again whenever a post may have been missed.
 */
function usePosts(): readonly Post[] {
  const request = useWsRequest();
  const isInSession = useConnection((state) => state.connectionId !== null);
  const [history, setHistory] = useState<readonly Post[]>([]);
  const heard = useWsEvents('posted').map(postIn);

  const fetchHistory = useCallback(() => {
    request('get_history').then(
      (answer) => setHistory(postsIn(answer)),
      // The link was lost meanwhile. useMissedEvents is called if anything was missed.
      () => undefined,
    );
  }, [request]);
  useEffect(() => {
    if (isInSession) fetchHistory();
  }, [isInSession, fetchHistory]);
  useMissedEvents(fetchHistory);

  const known = new Map([...history, ...heard].map((post) => [post.id, post]));
  return [...known.values()].sort((one, other) => one.at - other.at);
}

function Typing() {
  const typists = useTypists();
  return <p className="typing">{typists.length > 0 ? `${typists.join(' and ')} is typing …` : ''}</p>;
}

function useTypists(): readonly string[] {
  const [typists, setTypists] = useState<readonly string[]>([]);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());

  const forget = (user: string): void => {
    clearTimeout(timers.current.get(user));
    timers.current.delete(user);
    setTypists([...timers.current.keys()]);
  };
  useWsEventHandler('typing', (event) => {
    const user = typistIn(event);
    clearTimeout(timers.current.get(user));
    timers.current.set(
      user,
      setTimeout(() => forget(user), TYPING_SHOWN_MS),
    );
    setTypists([...timers.current.keys()]);
  });
  useWsEventHandler('posted', (event) => forget(postIn(event).user));
  useEffect(() => {
    const running = timers.current;
    return () => {
      for (const timer of running.values()) clearTimeout(timer);
    };
  }, []);
  return typists;
}

function Composer() {
  const send = useWsSend();
  const [draft, setDraft] = useState('');
  const [notice, setNotice] = useState('');
  const status = useConnectionStatus();
  useEffect(() => {
    if (status === 'connected') setNotice((last) => (last === '' ? '' : 'Connected again: press Send.'));
  }, [status]);
  const typingSentAt = useRef(Number.NEGATIVE_INFINITY);

  const type = (text: string): void => {
    setDraft(text);
    if (text === '' || performance.now() - typingSentAt.current < TYPING_SENT_EVERY_MS) return;
    typingSentAt.current = performance.now();
    send('user_typing', {});
  };
  const post = (event: FormEvent): void => {
    event.preventDefault();
    const text = draft.trim();
    if (text === '') return;
    if (send('post_message', { text }) === 'refused') {
      setNotice('Not sent: there is no connection. Your message is still here.');
      return;
    }
    setDraft('');
    setNotice('');
    typingSentAt.current = Number.NEGATIVE_INFINITY;
  };
  return (
    <form onSubmit={post}>
      <div className="chat-form">
        <input
          className="input"
          aria-label="Message"
          placeholder="Write a message"
          autoComplete="off"
          maxLength={500}
          value={draft}
          onChange={(event) => type(event.target.value)}
        />
        <button type="submit" className="button primary">
          Send
        </button>
      </div>
      <p className="chat-notice" aria-live="polite">
        {notice}
      </p>
    </form>
  );
}

function People() {
  const presence = useWsEvent('presence');
  const status = useConnectionStatus();
  const users = presence === undefined ? [] : usersIn(presence);
  return (
    <div className="people" data-link={status === 'connected' ? 'up' : 'down'}>
      <h3 id="people-heading">Connected</h3>
      <ul aria-labelledby="people-heading">
        {users.map((user) => (
          <li key={user} className="person">
            {user}
          </li>
        ))}
      </ul>
    </div>
  );
}

function timeOf(at: number): string {
  return new Date(at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
