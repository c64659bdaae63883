/** When is the JSON inside a string read? When somebody reads it, and then once. */

/**
 * Turns a field that holds JSON in a string into one that holds what the JSON says. It stays enumerable, so that a
 * copy, a comparison or a serialisation sees the value too. What is no string stays as it is; an empty one is
 * `undefined`, as servers send it in place of a value that they could not write.
 */
export function readLazily(data: Record<string, unknown>, field: string, onUnreadable: () => void): void {
  const text = data[field];
  if (typeof text !== 'string') return;
  let unread: string | null = text;
  let value: unknown;
  // An accessor for good: one that replaced itself would throw once somebody has frozen the data.
  Object.defineProperty(data, field, {
    enumerable: true,
    configurable: true,
    get: () => {
      if (unread === null) return value;
      const json = unread;
      unread = null;
      if (json === '') return undefined;
      try {
        value = JSON.parse(json);
      } catch {
        onUnreadable();
      }
      return value;
    },
  });
}
