import { useWsEvents, useWsRequest, useWsSend } from 'everwire';
import type { App } from './app.ts';

declare module 'everwire' {
  interface Register extends App {}
}

export function Room() {
  const posts = useWsEvents('posted', { limit: 50 });
  const send = useWsSend();
  const request = useWsRequest();
  return (
    <main>
      <ol>
        {posts.map(({ data }) => (
          <li key={data.id}>
            {data.from}: {data.text}
          </li>
        ))}
      </ol>
      <button type="button" onClick={() => send('say', { text: 'Hello' })}>
        Say hello
      </button>
      <button type="button" onClick={() => request('add', { a: 20, b: 22 }).then(console.log, console.error)}>
        20 + 22
      </button>
    </main>
  );
}
