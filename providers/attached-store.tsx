'use client';
/** Attaches a store of the provider's prop `stores` to its connection, while the provider is mounted. */
import { useMemo } from 'react';
import { Observable } from 'rxjs';
import type { EventStore } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import { attachmentOf } from '../src/service/stores/attach-store.ts';
import { useStreamHandler } from './use-stream-handler.ts';

export interface AttachedStoreProps {
  readonly connection: Connection;
  readonly store: EventStore;
}

/** As a stream without values, because the subscription of a handler lasts exactly as long as it should. */
export function AttachedStore({ connection, store }: AttachedStoreProps): null {
  const attached$ = useMemo(() => {
    const attach = attachmentOf(store);
    return new Observable<never>(() => attach(connection));
  }, [connection, store]);
  useStreamHandler(attached$, undefined);
  return null;
}
