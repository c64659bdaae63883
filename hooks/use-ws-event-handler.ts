'use client';
/** How does a component hear every event? */
import { useMemo } from 'react';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { EventName, EventOf } from '../src/index.ts';
import { useNames } from './use-names.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/**
 * Calls `handler` with every event of these names, in order, exactly once, from the mount on. Always the latest
 * closure; never a render. What it throws goes to `errors$`, and harms nobody else.
 */
export function useWsEventHandler<Name extends EventName>(
  names: Name | readonly Name[],
  handler: (event: EventOf<Name>) => unknown,
): void {
  const service = useWebSocketService();
  const stable = useNames(names);
  const events$ = useMemo(() => service.event$<Name>(stable as readonly Name[]), [service, stable]);
  useStreamHandler(events$, handler);
}
