'use client';
/** What a hook keeps for one connection and one key, also when its component is edited. */
import { useInsertionEffect, useMemo, useRef } from 'react';
import type { Connection } from '../src/service/connection.ts';

type Kept<Value> = { readonly value: Value; readonly connection: Connection; readonly key: string } | null;

/**
 * `useMemo`, except that Fast Refresh does not create the value again. After an edit it runs every hook as if its inputs
 * had changed, and a list of events or a reducer's state would be lost.
 */
export function useKept<Value>(create: () => Value, connection: Connection, key: string): Value {
  // Written only with a commit: a render that React discards must not replace what is shown.
  const committed = useRef<Kept<Value>>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for what else `create` uses.
  const kept = useMemo(() => {
    const last = committed.current;
    return last?.connection === connection && last.key === key ? last : { value: create(), connection, key };
  }, [connection, key]);
  useInsertionEffect(() => {
    committed.current = kept;
  });
  return kept.value;
}
