// The app that docs/testing.md tests.

import {
  useConnectionStatus,
  useMissedEvents,
  useWsEvents,
  useWsRequest,
  useWsSend,
  WebSocketProvider,
} from 'everwire';
import { useState } from 'react';

export function App({ url = 'wss://example.com/ws' }) {
  return (
    <WebSocketProvider url={url}>
      <Chat />
    </WebSocketProvider>
  );
}

export interface Post {
  readonly id: string;
  readonly text: string;
}

export function Chat() {
  const status = useConnectionStatus();
  const posts = useWsEvents('posted').map(({ data }) => data as Post);
  const send = useWsSend();
  const request = useWsRequest();
  const [note, setNote] = useState('');
  useMissedEvents(({ reason }) => setNote(`Posts may be missing: ${reason}`));
  const count = () =>
    request('count').then(
      (n) => setNote(`${n} posts`),
      (error) => setNote(error.code),
    );
  return (
    <main>
      <p role="status">{status}</p>
      <p>{note}</p>
      <button type="button" onClick={() => send('say', { text: 'Hello' })}>
        Say hello
      </button>
      <button type="button" onClick={count}>
        Count
      </button>
      <ul>
        {posts.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
    </main>
  );
}
