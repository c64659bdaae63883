'use client';
/** Sends messages from a component. */
import type { WebSocketService } from '../src/index.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/**
 * Returns `send(event, data)`, which returns `'sent'`, `'queued'` or `'refused'` and never throws. The same function in
 * every render.
 */
export function useWsSend(): WebSocketService['send'] {
  return useWebSocketService().send;
}
