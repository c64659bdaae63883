import { useWsConnected, useWsRecent, useWsSend } from 'everwire';
import { useRef } from 'react';
import { chat } from './chat.ts';

const userOf = ({ data }: { readonly data: { readonly user: string } }): string => data.user;

/** Who is here, and who types. Everyone says so again and again, so that nobody stays when a page is closed. */
export function People({ user }: { readonly user: string }) {
  const send = useWsSend({ service: chat });
  useWsConnected(
    () => {
      const beat = (): unknown => send('here', { user });
      beat();
      const timer = setInterval(beat, 30_000);
      return () => clearInterval(timer);
    },
    { service: chat },
  );
  const here = useWsRecent('here', { key: userOf, ttl: 70_000, service: chat });
  // A post ends the typing of its author: the newest event of each user is shown.
  const recent = useWsRecent(['typing', 'posted'], { key: userOf, ttl: 3000, service: chat });
  const typing = recent.filter(({ event }) => event === 'typing');
  return (
    <>
      <p>Here: {here.map(userOf).join(', ')}</p>
      {typing.length > 0 && <p role="status">{typing.map(userOf).join(', ')} typing…</p>}
    </>
  );
}

/** Call the returned function with each key press: it sends at most one message every 2 s. */
export function useTypingNotice(user: string): () => void {
  const send = useWsSend({ service: chat });
  const last = useRef(Number.NEGATIVE_INFINITY);
  return () => {
    if (performance.now() - last.current < 2000) return;
    last.current = performance.now();
    send('typing', { user });
  };
}
