'use client';
/** How does a component hear every event? */
import { useMemo } from 'react';
import type { Observable } from 'rxjs';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { EventName, EventOf } from '../src/index.ts';
import { useNames } from './use-names.ts';

/**
 * Calls `handler` with every event of these names, in order, exactly once, from the mount on. Always the latest
 * closure; never a render. What it throws goes to `errors$`, and harms nobody else.
 */
export function useWsEventHandler<Name extends EventName>(
  names: Name | readonly Name[],
  handler: (event: EventOf<Name>) => unknown,
): void {
  const connection = useNearestConnection();
  const stable = useNames(names);
  const events$ = useMemo(() => connection.event$(stable), [connection, stable]);
  useStreamHandler(events$ as Observable<EventOf<Name>>, handler);
}
