// Another user in the same tab: what the hooks have shown is gone before the next event can come.

import { useWsEvents, WebSocketProvider } from 'everwire';

export function Notes({ user, token }: { user: string; token: string }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" identity={user} token={token}>
      <NoteList />
    </WebSocketProvider>
  );
}

function NoteList() {
  const notes = useWsEvents('note');
  return (
    <ul>
      {notes.map(({ data }) => (
        <li key={data.id}>{data.text}</li>
      ))}
    </ul>
  );
}
