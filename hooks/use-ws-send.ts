'use client';
/** Sends messages from a component. */
import type { Register, WebSocketService } from '../src/index.ts';
import type { UseServiceOptions } from './use-connection-of.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/**
 * Returns `send(event, data)`, which returns `'sent'`, `'queued'` or `'refused'` and never throws. The same function in
 * every render.
 */
export function useWsSend<Types extends object = Register>(
  options?: UseServiceOptions<Types>,
): WebSocketService<Types>['send'] {
  return useWebSocketService(options).send;
}
