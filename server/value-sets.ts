/** Maps from a key to a set of values. Most keys have one value, and a `Set` for each takes more memory than a session. */

export type ValueSets<Value> = Map<string, Value | Set<Value>>;

export function addValue<Value>(sets: ValueSets<Value>, key: string, value: Value): void {
  const known = sets.get(key);
  if (known instanceof Set) known.add(value);
  else if (known === undefined) sets.set(key, value);
  else if (known !== value) sets.set(key, new Set([known, value]));
}

export function removeValue<Value>(sets: ValueSets<Value>, key: string, value: Value): void {
  const known = sets.get(key);
  if (known === value) sets.delete(key);
  if (!(known instanceof Set)) return;
  known.delete(value);
  if (known.size === 0) sets.delete(key);
}

/** In the order in which they were added. */
export function valuesOf<Value>(sets: ValueSets<Value>, key: string): Iterable<Value> {
  const known = sets.get(key);
  if (known instanceof Set) return known;
  return known === undefined ? [] : [known];
}

export function countOf<Value>(sets: ValueSets<Value>, key: string): number {
  const known = sets.get(key);
  if (known instanceof Set) return known.size;
  return known === undefined ? 0 : 1;
}
