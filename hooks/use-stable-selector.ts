'use client';
/** Has what a selector makes really changed? An answer that is made anew each time, but is the same, stays the same. */
import { useRef } from 'react';

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
    if (known?.select === select && known.input === input) return known.output;
    const made = select(input);
    const output = known && isCopy(made, known.output) ? known.output : made;
    last.current = { input, select, output };
    return output;
  };
}

/** What is all in its entries. A Date has none, so that any two would be the same. */
const comparable: readonly unknown[] = [Object, Array, Map, Set, undefined];

/** Whether it is another object of the same kind, with the same in it. */
function isCopy(made: unknown, known: unknown): boolean {
  if (!made || !known || made === known) return false;
  const kind = Object.getPrototypeOf(made);
  if (kind !== Object.getPrototypeOf(known) || !comparable.includes(kind?.constructor)) return false;
  const partsOf = (value: object): unknown[] =>
    [...(kind?.entries ? (value as Map<unknown, unknown>).entries() : Object.entries(value))].flat();
  const [parts, others] = [partsOf(made), partsOf(known)];
  return parts.length === others.length && parts.every((part, index) => Object.is(part, others[index]));
}
