/** Compares places in a server's log. */

/** A number or a text that grows: `42`, `'1700000000000-3'`, `'2026-01-31T12:00:00Z'`, a ULID. */
export type LivePosition = string | number;

/** Numbers with something between them, such as those of Redis. */
const NUMBERS = /^\d+(?:\D\d+)*$/;

/**
 * Whether `position` is not after `limit`. Numbers are compared one by one, as far as both have them, because a server may
 * add one to its own positions. Other texts are compared as text.
 */
export function isUpTo(position: LivePosition, limit: LivePosition): boolean {
  const [one, other] = [String(position), String(limit)];
  if (!NUMBERS.test(one) || !NUMBERS.test(other)) return one <= other;
  const [left, right] = [one, other].map((text) => text.split(/\D/).map(BigInt)) as [bigint[], bigint[]];
  for (const [index, part] of left.entries()) {
    const limiting = right[index];
    if (limiting === undefined || part < limiting) return true;
    if (part > limiting) return false;
  }
  return true;
}
