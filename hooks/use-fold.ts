'use client';
/** Folds every event of some names into a state of the component. */
import { useEffect } from 'react';
import { useCommitEffect } from '../providers/use-commit-effect.ts';
import { useStreamHandler } from '../providers/use-stream-handler.ts';
import type { Connection } from '../src/service/connection.ts';
import { createFold, type Fold, type FoldShape } from './create-fold.ts';
import { useKept } from './use-kept.ts';
import { type HookNames, type UseChannelOptions, useNamedEvents } from './use-named-events.ts';

/**
 * Folds all events of these names from now on. Other names, another channel, or the session of another user, start it
 * again. `add` is always the latest closure; the rest of the shape is that of the start.
 */
export function useFold<Sum, Shown>(
  connection: Connection,
  names: HookNames<string>,
  options: UseChannelOptions<string> | null | undefined,
  shape: FoldShape<Sum, Shown>,
): Fold<Sum, Shown> {
  const { events$, key } = useNamedEvents(connection, names, options);
  // A new shape in each render does not start the fold again; other names do.
  const fold = useKept(() => createFold(shape, connection), [connection, key]);
  // Before the subscription, in the same commit.
  useCommitEffect(() => fold.begin(), [fold]);
  useStreamHandler(events$, (event) => fold.add(event, shape.add));
  useEffect(() => fold.followSession(), [fold]);
  return fold;
}
