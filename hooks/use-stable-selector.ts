'use client';
/** Makes a selector return the same object as long as its content is the same. */
import { useRef } from 'react';

interface Selection<Input, Output> {
  readonly input: Input;
  readonly select: (input: Input) => Output;
  readonly output: Output;
}

/**
 * The selector, called once for each input: `useSyncExternalStore` calls it repeatedly and treats each new object as a
 * change. Plain objects, arrays, Maps and Sets are compared by their content, everything else by identity.
 */
export function useStableSelector<Input, Output>(select: (input: Input) => Output): (input: Input) => Output {
  const last = useRef<Selection<Input, Output> | null>(null);
  return (input) => {
    const known = last.current;
    if (known?.select === select && known.input === input) return known.output;
    const made = select(input);
    const output = known && isCopy(made, known.output) ? known.output : made;
    last.current = { input, select, output };
    return output;
  };
}

/** Types whose content is their entries. A Date has none, so all Dates would be equal. */
const comparable: readonly unknown[] = [Object, Array, Map, Set, undefined];

/** Whether it is another object of the same type and with the same content. */
function isCopy(made: unknown, known: unknown): boolean {
  if (!made || !known || made === known) return false;
  const kind = Object.getPrototypeOf(made);
  if (kind !== Object.getPrototypeOf(known) || !comparable.includes(kind?.constructor)) return false;
  const partsOf = (value: object): unknown[] =>
    [...(kind?.entries ? (value as Map<unknown, unknown>).entries() : Object.entries(value))].flat();
  const [parts, others] = [partsOf(made), partsOf(known)];
  return parts.length === others.length && parts.every((part, index) => Object.is(part, others[index]));
}
