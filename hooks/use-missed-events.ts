'use client';
/** Calls a handler when events may have been missed. */
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { MissedEvents } from '../src/index.ts';

/**
 * Calls `handler` once for each gap in the stream, before the first event after it. With `missedEventsJitter` it is called
 * up to that many ms later, so that the clients do not all fetch at the same time. Never renders.
 */
export function useMissedEvents(handler: (missed: MissedEvents) => unknown): void {
  useStreamHandler(useNearestConnection().missedDelayed$, handler);
}
