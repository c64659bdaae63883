'use client';
/** Calls a handler with every event of some names. */
import type { Observable } from 'rxjs';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { EventName, EventOf } from '../src/index.ts';
import { useNamedEvents } from './use-named-events.ts';

/**
 * Calls `handler` with every event of these names from the mount on, in order, exactly once. Always calls the latest
 * closure, and never renders. If the handler throws or rejects, the error goes to `errors$`; all other handlers are still
 * called. Throws `invalid-argument` for an invalid name.
 */
export function useWsEventHandler<Name extends EventName>(
  names: Name | readonly Name[],
  handler: (event: EventOf<Name>) => unknown,
): void {
  useStreamHandler(useNamedEvents(names) as Observable<EventOf<Name>>, handler);
}
