'use client';
/** How does a component hear every event? */
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { EventName, EventOf } from '../src/index.ts';
import type { Subscribe } from '../src/stream/channel.ts';
import { useNamedEvents } from './use-named-events.ts';

/**
 * Calls `handler` with every event of these names, in order, exactly once, from the mount on. Always the latest
 * closure; never a render. What it throws goes to `errors$`, and harms nobody else.
 */
export function useWsEventHandler<Name extends EventName>(
  names: Name | readonly Name[],
  handler: (event: EventOf<Name>) => unknown,
): void {
  useStreamHandler(useNamedEvents(names) as Subscribe<EventOf<Name>>, handler);
}
