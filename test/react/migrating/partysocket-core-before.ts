// What docs/migrating.md replaces: a module with partysocket, outside React.

import { WebSocket } from 'partysocket';
import { fetchToken } from './posts.ts';

export function follow(onPosted: (data: unknown) => void): () => void {
  const socket = new WebSocket(async () => `wss://example.com/ws?token=${await fetchToken()}`);
  socket.addEventListener('message', (message) => {
    const { event, data } = JSON.parse(message.data);
    if (event === 'posted') onPosted(data);
  });
  return () => socket.close();
}
