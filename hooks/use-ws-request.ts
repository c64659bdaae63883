'use client';
/** Sends requests from a component. */
import type { Register, WebSocketService } from '../src/index.ts';
import type { UseServiceOptions } from './use-connection-of.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/**
 * Returns `request(event, data, { timeout, signal })`, which returns a promise of the reply. It always settles: it rejects
 * with a `WebSocketServiceError`. The same function in every render.
 */
export function useWsRequest<Types extends object = Register>(
  options?: UseServiceOptions<Types>,
): WebSocketService<Types>['request'] {
  return useWebSocketService(options).request;
}
