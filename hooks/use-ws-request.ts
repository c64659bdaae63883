'use client';
/** Sends requests from a component. */
import type { WebSocketService } from '../src/index.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/**
 * Returns `request(event, data, { timeout, signal })`, which returns a promise of the reply. It always settles: it rejects
 * with a `WebSocketServiceError`. The same function in every render.
 */
export function useWsRequest(): WebSocketService['request'] {
  return useWebSocketService().request;
}
