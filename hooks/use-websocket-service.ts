'use client';
/** The service of the nearest provider. */
import type { Register, WebSocketService } from '../src/index.ts';
import { serviceOf } from '../src/service/websocket-service.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';

/**
 * The service of the nearest provider, or the given one; the same object in every render. Throws `missing-provider` if there
 * is none.
 */
export function useWebSocketService<Types extends object = Register>(
  options?: UseServiceOptions<Types>,
): WebSocketService<Types> {
  return serviceOf(useConnectionOf(options));
}
