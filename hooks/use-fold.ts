'use client';
/** How does a component hold what it folded? In a store of its own, fed by every event of its names. */
import { useEffect, useMemo } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import { createFold, type FoldShape } from './create-fold.ts';
import { useNamedEvents } from './use-named-events.ts';

/**
 * The fold over all events of these names, from now on: other names, or a session of someone else's, start it again.
 * `add` is always the latest closure; `start` and `show` are those of the start.
 */
export function useFold<Sum, Shown>(
  names: string | readonly string[],
  shape: FoldShape<Sum, Shown>,
): StoreApi<{ readonly shown: Shown }> {
  const connection = useNearestConnection();
  const subscribe = useNamedEvents(names);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a shape made anew in each render means nothing new; other names do.
  const fold = useMemo(() => createFold(shape, connection), [connection, subscribe]);
  useStreamHandler(subscribe, (event) => fold.take(event, shape.add));
  useEffect(() => fold.followSession(), [fold]);
  return fold.store;
}
