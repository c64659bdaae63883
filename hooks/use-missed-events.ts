'use client';
/** Calls a handler when events may have been missed. */
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { MissedEvents, Register } from '../src/index.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';

/**
 * Calls `handler` once for each gap in the stream, before the first event after it. With `missedEventsJitter` it is called
 * up to that many ms later, so that the clients do not all fetch at the same time. Never renders.
 */
export function useMissedEvents<Types extends object = Register>(
  handler: (missed: MissedEvents) => unknown,
  options?: UseServiceOptions<Types>,
): void {
  useStreamHandler(useConnectionOf(options).missedDelayed$, handler);
}
