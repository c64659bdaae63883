// Outside React, as docs/migrating.md says: the module of partysocket, with Everwire.

import { createWebSocketService } from 'everwire/core';
import { fetchToken } from './posts.ts';

export function follow(onPosted: (data: unknown) => void): () => void {
  const service = createWebSocketService();
  service.event$('posted').subscribe(({ data }) => onPosted(data));
  service.connect({
    url: 'wss://example.com/ws',
    token: fetchToken,
    reconnectAttempts: Number.POSITIVE_INFINITY,
    backoff: 'decorrelated',
  });
  return () => service.dispose();
}
