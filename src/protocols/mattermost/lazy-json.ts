/** Parses JSON inside a string when the field is first read. */
import type { JsonOptions } from '../json-frames.ts';

/**
 * Replaces a field that holds JSON in a string with an accessor that returns the parsed value. It stays enumerable, so
 * that copies, comparisons and serialisations see the value too. A field that is not a string is not changed. An empty
 * string is `undefined`: servers send it in place of a value that they could not serialise.
 */
export function readLazily(
  data: Record<string, unknown>,
  field: string,
  parse: JsonOptions['parse'],
  onUnreadable: () => void,
): void {
  const text = data[field];
  if (typeof text !== 'string') return;
  let unread: string | null = text;
  let value: unknown;
  // It stays an accessor: one that replaced itself with a value would throw if the app has frozen the data.
  Object.defineProperty(data, field, {
    enumerable: true,
    configurable: true,
    get: () => {
      if (unread === null) return value;
      const json = unread;
      unread = null;
      if (json === '') return undefined;
      try {
        value = parse === undefined ? JSON.parse(json) : parse(json);
      } catch {
        onUnreadable();
      }
      return value;
    },
  });
}
