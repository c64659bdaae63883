// A field to write a post in a room. A text that was not sent stays in the field.
import { useConnectionStatus, useWsChannel } from 'everwire';
import { type FormEvent, useState } from 'react';

export function Composer({ room }: { readonly room: string }) {
  const { send } = useWsChannel(`room:${room}`);
  const isConnected = useConnectionStatus() === 'connected';
  const [text, setText] = useState('');

  const write = (next: string) => {
    if ((next === '') !== (text === '')) send('typing', { isTyping: next !== '' });
    setText(next);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '' && send('say', { text }) === 'sent') setText('');
  };

  return (
    <form className="composer" onSubmit={submit}>
      <input
        aria-label="Message"
        placeholder={isConnected ? `Say something in #${room}` : 'Waiting for the connection …'}
        maxLength={2000}
        value={text}
        onChange={(event) => write(event.target.value)}
      />
      <button type="submit" disabled={!isConnected || text.trim() === ''}>
        Send
      </button>
    </form>
  );
}
