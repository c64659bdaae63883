'use client';
/** When does a component have to fetch again? */
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { MissedEvents } from '../src/index.ts';

/**
 * Calls `handler` once for each break in the stream, before the first event after it (with `missedEventsJitter`, up to that
 * much later, so that not everyone fetches at once). Never a render.
 */
export function useMissedEvents(handler: (missed: MissedEvents) => unknown): void {
  useStreamHandler(useNearestConnection().refetch.subscribe, handler);
}
