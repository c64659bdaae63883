'use client';
/** When does a component have to fetch again? */
import type { MissedEvents } from '../src/index.ts';
import { useHandler } from './use-handler.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/** Calls `handler` once for each break in the stream, before the first event after it. Never a render. */
export function useMissedEvents(handler: (missed: MissedEvents) => unknown): void {
  useHandler(useWebSocketService().missed$, handler);
}
