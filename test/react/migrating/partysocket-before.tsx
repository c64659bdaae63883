// What docs/migrating.md replaces: a page with partysocket/react.

import { useWebSocket } from 'partysocket/react';
import { useState } from 'react';
import { fetchToken, type Post } from './posts.ts';

const address = async () => `wss://example.com/ws?token=${encodeURIComponent(await fetchToken())}`;

export function Chat() {
  const [isOpen, setOpen] = useState(false);
  const [last, setLast] = useState<Post>();
  const socket = useWebSocket(address, undefined, {
    connectionTimeout: 5000,
    maxEnqueuedMessages: 50,
    onOpen: () => setOpen(true),
    onClose: () => setOpen(false),
    onMessage: (message) => {
      const { event, data } = JSON.parse(message.data);
      if (event === 'posted') setLast(data);
    },
  });
  const say = () => socket.send(JSON.stringify({ event: 'say', data: { text: 'Hello' } }));
  return (
    <main>
      <p>
        {isOpen ? 'connected' : 'not connected'}: {last?.text}
      </p>
      <button type="button" onClick={say}>
        Say hello
      </button>
    </main>
  );
}
