'use client';
/** The slice of the shared stream with some names, as a stable Observable. */
import { useMemo } from 'react';
import type { Observable } from 'rxjs';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import type { IWebSocketEvent } from '../src/index.ts';
import { namesOf } from '../src/service/config/event-names.ts';

/** The same object as long as the names are the same. Lists are compared by their content. Throws for an invalid name. */
export function useNamedEvents(names: string | readonly string[]): Observable<IWebSocketEvent> {
  const { events } = useNearestConnection();
  // A value that is not a name also has a JSON text, or undefined.
  const key = JSON.stringify(names);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the names.
  return useMemo(() => events.named$(namesOf(names)), [events, key]);
}
