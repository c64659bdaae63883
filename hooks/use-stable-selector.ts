'use client';
/** Has what a selector makes really changed? An answer that is made anew each time, but is the same, stays the same. */
import { useRef } from 'react';
import { shallow } from 'zustand/shallow';

interface Answer<Input, Output> {
  readonly input: Input;
  readonly select: (input: Input) => Output;
  readonly output: Output;
}

/**
 * The selector, asked once for one input: `useSyncExternalStore` asks again and again, and would take a new object for
 * a change each time. Plain objects, lists, Maps and Sets are compared by what is in them, everything else by identity.
 */
export function useStableSelector<Input, Output>(select: (input: Input) => Output): (input: Input) => Output {
  const last = useRef<Answer<Input, Output> | null>(null);
  return (input) => {
    const known = last.current;
    if (known !== null && known.input === input && known.select === select) return known.output;
    const made = select(input);
    const output = known !== null && isSame(known.output, made) ? known.output : made;
    last.current = { input, select, output };
    return output;
  };
}

function isSame(one: unknown, other: unknown): boolean {
  return Object.is(one, other) || (isPlain(one) && isPlain(other) && shallow(one, other));
}

/** What is all in its entries. A Date has none, so that any two would be the same. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value) || value instanceof Map || value instanceof Set) return true;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
