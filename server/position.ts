/** Positions in a log. */
import type { Position } from './types.ts';

/** At most 19 digits in each part: Redis refuses numbers above 64 bits. */
const FORM = /^(\d{1,19})-(\d{1,19})$/;

export function isPosition(value: unknown): value is Position {
  return typeof value === 'string' && FORM.test(value);
}

/** Negative if `a` comes first, 0 if they are the same, positive if `b` comes first. */
export function comparePositions(a: Position, b: Position): number {
  if (a === b) return 0;
  const [aTime = '', aCount = ''] = a.split('-');
  const [bTime = '', bCount = ''] = b.split('-');
  return compareDigits(aTime, bTime) || compareDigits(aCount, bCount);
}

/** Text, because 64-bit numbers do not fit into a number. */
function compareDigits(a: string, b: string): number {
  const [left, right] = [withoutZeros(a), withoutZeros(b)];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+(?=\d)/, '') : digits;
}
