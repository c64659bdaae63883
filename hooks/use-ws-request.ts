'use client';
/** Sends requests from a component. */
import type { WebSocketService } from '../src/index.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/** `request(event, data, { timeout, signal })`: a promise that always settles. The same function in every render. */
export function useWsRequest(): WebSocketService['request'] {
  return useWebSocketService().request;
}
