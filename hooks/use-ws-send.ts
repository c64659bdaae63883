'use client';
/** Sends messages from a component. */
import type { WebSocketService } from '../src/index.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/** `send(event, data)`: `'sent'`, `'queued'` or `'refused'`. The same function in every render. */
export function useWsSend(): WebSocketService['send'] {
  return useWebSocketService().send;
}
