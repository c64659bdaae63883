'use client';
/** The last events of some names. */
import { useMemo } from 'react';
import { failure } from '../src/errors.ts';
import type { EventName, EventOf, IWebSocketEvent } from '../src/index.ts';
import { useFold } from './use-fold.ts';
import { useReadable } from './use-readable.ts';

export interface UseWsEventsOptions {
  /** The number of events to keep, from 1. Default 100. */
  limit?: number | undefined;
}

const DEFAULT_LIMIT = 100;

/**
 * The last `limit` events of these names since the mount, oldest first. Renders at most once per frame. Throws
 * `invalid-argument` for an invalid name or limit.
 */
export function useWsEvents<Name extends EventName>(
  names: Name | readonly Name[],
  { limit = DEFAULT_LIMIT }: UseWsEventsOptions = {},
): readonly EventOf<Name>[] {
  if (!(limit >= 1) || !Number.isInteger(limit)) throw failure('invalid-argument/limit', {});
  const store = useFold<IWebSocketEvent[], readonly IWebSocketEvent[]>(names, {
    start: () => [],
    add: (list, event) => {
      list.push(event);
      // Cut only when it is twice as long, so that a burst does not copy the list for every event.
      return list.length < limit * 2 ? list : list.slice(-limit);
    },
    show: (list) => [...list],
  });
  const shown = useReadable(store);
  return useMemo(() => shown.slice(-limit) as unknown as readonly EventOf<Name>[], [shown, limit]);
}
