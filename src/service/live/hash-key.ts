/** One text for equal keys, in the way of TanStack Query: the order of an object's fields does not count. */
export function hashKey(key: unknown): string {
  return JSON.stringify(key, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}
