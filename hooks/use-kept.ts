'use client';
/** What a hook keeps for the same inputs, also when its component is edited. */
import { useInsertionEffect, useMemo, useRef } from 'react';

type Kept<Value> = { readonly value: Value; readonly inputs: readonly unknown[] } | null;

/**
 * `useMemo`, except that Fast Refresh does not create the value again. After an edit it runs every hook as if its inputs
 * had changed, and a list of events or a reducer's state would be lost. The number of inputs must stay the same.
 */
export function useKept<Value>(create: () => Value, inputs: readonly unknown[]): Value {
  // Written only with a commit: a render that React discards must not replace what is shown.
  const committed = useRef<Kept<Value>>(null);
  const kept = useMemo(() => {
    const last = committed.current;
    const isSame = last?.inputs.every((input, index) => Object.is(input, inputs[index]));
    return last && isSame ? last : { value: create(), inputs };
    // biome-ignore lint/correctness/useExhaustiveDependencies: the inputs stand for what `create` uses.
  }, inputs);
  useInsertionEffect(() => {
    committed.current = kept;
  }, [kept]);
  return kept.value;
}
