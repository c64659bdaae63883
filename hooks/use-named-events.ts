'use client';
/** Which events are meant by these names? A subscription to them that stays the same while the names stay the same. */
import { useMemo } from 'react';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import type { IWebSocketEvent } from '../src/index.ts';
import { namesOf } from '../src/service/names.ts';
import type { Subscribe } from '../src/stream/channel.ts';

/** Lists are compared by what is in them. Throws for what is no name. */
export function useNamedEvents(names: string | readonly string[]): Subscribe<IWebSocketEvent> {
  const { events } = useNearestConnection();
  // What is no name has its JSON too, or none.
  const key = JSON.stringify(names);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all about the names.
  return useMemo(() => {
    const list = namesOf(names);
    return (handler) => events.subscribe(handler, list);
  }, [events, key]);
}
