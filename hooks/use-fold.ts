'use client';
/** Folds every event of some names into a store of the component. */
import { useEffect, useMemo } from 'react';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';
import { createFold, type FoldShape } from './create-fold.ts';
import { useNamedEvents } from './use-named-events.ts';

/**
 * Folds all events of these names from now on. Other names, or the session of another user, start it again. `add` is always
 * the latest closure; `start` and `show` are those of the start.
 */
export function useFold<Sum, Shown>(
  names: string | readonly string[],
  shape: FoldShape<Sum, Shown>,
): ReadableStore<Shown> {
  const connection = useNearestConnection();
  const source$ = useNamedEvents(names);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new shape in each render does not start the fold again; other names do.
  const fold = useMemo(() => createFold(shape, connection), [connection, source$]);
  useStreamHandler(source$, (event) => fold.add(event, shape.add));
  useEffect(() => fold.followSession(), [fold]);
  return fold.store;
}
