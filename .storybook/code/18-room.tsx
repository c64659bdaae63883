// A room. The server is told once, however many panels show it, and told again after a new session.

import { useWsChannel, useWsEvents } from 'everwire';

export function Room({ name }: { readonly name: string }) {
  const { status, error, retry } = useWsChannel(name);
  const notes = useWsEvents('note', { channel: name, limit: 3 });
  return (
    <>
      <p className="room-status">{status}</p>
      <ul>
        {notes.map(({ data }) => (
          <li key={data.id}>{data.text}</li>
        ))}
      </ul>
      {error !== null && (
        <button type="button" className="button small" onClick={retry}>
          Ask again
        </button>
      )}
    </>
  );
}
