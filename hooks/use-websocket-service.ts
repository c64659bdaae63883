'use client';
/** The service of the nearest provider. */
import { useNearestConnection } from '../providers/nearest-connection.ts';
import type { WebSocketService } from '../src/index.ts';
import { serviceOf } from '../src/service/websocket-service.ts';

/** The service of the nearest provider; the same object in every render. Throws `missing-provider` if there is none. */
export function useWebSocketService(): WebSocketService {
  return serviceOf(useNearestConnection());
}
