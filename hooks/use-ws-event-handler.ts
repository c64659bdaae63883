'use client';
/** Calls a handler with every event of some names. */
import type { Observable } from 'rxjs';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { EventName, EventOf, Register } from '../src/index.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { type HookNames, useNamedEvents } from './use-named-events.ts';

/**
 * Calls `handler` with every event of these names from the mount on, in order, exactly once. Always calls the latest
 * closure, and never renders. If the handler throws or rejects, the error goes to `errors$`; all other handlers are still
 * called. Without a name (`undefined`, `null`, `''` or `false`) it listens to nothing. Throws `invalid-argument` for an
 * invalid name.
 */
export function useWsEventHandler<Name extends EventName<Types>, Types extends object = Register>(
  names: HookNames<Name>,
  handler: (event: EventOf<Name, Types>) => unknown,
  options?: UseServiceOptions<Types>,
): void {
  const { events$ } = useNamedEvents(useConnectionOf(options), names);
  useStreamHandler(events$ as Observable<EventOf<Name, Types>>, handler);
}
