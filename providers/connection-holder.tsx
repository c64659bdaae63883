'use client';
/** Holds the connection of a provider, and passes the provider's props on to it. */
import { useEffect, useInsertionEffect, useRef, useState } from 'react';
import type { IWebSocketConfig } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import { useCommitEffect } from './use-commit-effect.ts';
import { useStreamHandler } from './use-stream-handler.ts';
import type { ProviderExtras } from './websocket-provider.tsx';

export interface ConnectionHolderProps extends Pick<ProviderExtras, 'onMissedEvents' | 'onError'> {
  readonly connection: Connection;
  /**
   * Undefined: the connection is left to others. A function, so that no token is among the props, which
   * React's devtools show.
   */
  readonly readConfig: () => IWebSocketConfig | undefined;
  /** `pause`: the connection is not wanted now. */
  readonly intent: 'update' | 'pause';
  /** `own`: the connection belongs to the provider and ends with it. */
  readonly ownership: 'own' | 'shared';
}

/**
 * A component of its own, because React runs the effects of children before those of their parent, and those of the first
 * child before those of the others. So a child can send in its first effect, and `onError` hears what becomes of it.
 */
export function ConnectionHolder(props: ConnectionHolderProps): null {
  const { connection, readConfig, intent, ownership, onMissedEvents, onError } = props;
  const { holds } = connection;
  const [holder] = useState(() => ({}));

  // Insertion effects run before all others, and must not cause a render. So the config is only prepared here, in case that
  // an insertion effect of another component sends.
  useInsertionEffect(() => {
    const config = readConfig();
    if (config !== undefined) holds.stage(holder, config, intent);
  });
  useStreamHandler(connection.missedDelayed.all$, onMissedEvents);
  useStreamHandler(connection.reporter.errors$, onError);
  // After every render, because the connection itself decides which changes matter.
  useCommitEffect(() => {
    const config = readConfig();
    if (config !== undefined) holds.hold(holder, config, intent);
    else holds.release(holder);
  });
  // All layout effects of this commit have run by then, and so have the cleanups of the providers that it unmounts.
  useEffect(holds.compare);
  // Let go in a passive effect: Suspense ends the layout effects of a component that it hides, and the connection stays.
  const life = useRef<'inactive' | 'active' | 'unmounted'>('inactive');
  useInsertionEffect(
    () => () => {
      // Hidden by `<Activity>` until now.
      if (life.current === 'inactive' && ownership === 'own') holds.end();
      life.current = 'unmounted';
    },
    [holds, ownership],
  );
  useEffect(() => {
    life.current = 'active';
    return () => {
      holds.release(holder);
      if (life.current === 'active') life.current = 'inactive';
      // A microtask later: other components may send in the cleanup of their effects.
      if (ownership === 'own') queueMicrotask(() => life.current === 'unmounted' && holds.end());
    };
  }, [holds, holder, ownership]);
  return null;
}
