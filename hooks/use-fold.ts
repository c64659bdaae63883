'use client';
/** How does a component hold what it folded? In a store of its own, fed by every event of its names. */
import { useEffect, useMemo } from 'react';
import type { StoreApi } from 'zustand/vanilla';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { EventName, IWebSocketEvent } from '../src/index.ts';
import { internalsOf } from '../src/service/internals.ts';
import { createFold, type FoldShape } from './create-fold.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/**
 * The fold over all events of these names, from now on: other names, or a session of someone else's, start it again.
 * `names` must be stable. `add` is always the latest closure; `start` and `show` are those of the start.
 */
export function useFold<Sum, Shown>(
  names: readonly string[],
  shape: FoldShape<Sum, Shown>,
): StoreApi<{ readonly shown: Shown }> {
  const service = useWebSocketService();
  const inside = internalsOf(service);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a shape made anew in each render means nothing new.
  const fold = useMemo(() => createFold(shape, inside), [inside, names]);
  const events$ = useMemo(() => service.event$(names as readonly EventName[]), [service, names]);
  useStreamHandler(events$, (event: IWebSocketEvent) => fold.take(event, shape.add));
  useEffect(() => fold.followSession(), [fold]);
  return fold.store;
}
