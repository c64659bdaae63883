// A small chat: who is there, what was said, and a field to say something.
// The types of its events are declared once, in `Register`: chapter 10, Typed events.

import { useConnectionStatus, useWsEvent, useWsEvents, useWsSend, WebSocketProvider } from 'everwire';

export function App({ user }: { user: string }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" token={user} identity={user}>
      <Chat />
    </WebSocketProvider>
  );
}

function Chat() {
  const status = useConnectionStatus();
  const people = useWsEvent('presence')?.data.users ?? [];
  const posts = useWsEvents('posted', { limit: 200 });
  const send = useWsSend();

  function post(form: FormData) {
    const text = String(form.get('text'));
    if (send('post', { text }) === 'refused') alert('Not sent: there is no connection.');
  }

  return (
    <main>
      <p role="status">
        {status}, with {people.join(', ')}
      </p>
      <ul>
        {posts.map(({ data }) => (
          <li key={data.id}>
            {data.user}: {data.text}
          </li>
        ))}
      </ul>
      <form action={post}>
        <input name="text" aria-label="Message" />
      </form>
    </main>
  );
}
