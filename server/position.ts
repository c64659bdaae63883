/** Positions in a log, and how clients are told how far they are. */
import type { Position } from './types.ts';

/** At most 19 digits in each part: Redis refuses numbers above 64 bits. */
const FORM = /^(\d{1,19})-(\d{1,19})$/;

export function isPosition(value: unknown): value is Position {
  return typeof value === 'string' && FORM.test(value);
}

/** How far a client is: a position in the log, and how many of its session's joins it has the answer to. */
export interface Progress {
  readonly position: Position;
  readonly joins: number;
}

const PROGRESS_FORM = /^(?<position>\d{1,19}-\d{1,19})(?:\.(?<joins>\d{1,9}))?$/;

/** Null for what is none. */
export function readProgress(text: unknown): Progress | null {
  const { position, joins = '0' } = (typeof text === 'string' && PROGRESS_FORM.exec(text)?.groups) || {};
  return position === undefined ? null : { position, joins: Number(joins) };
}

/** What follows a position in a frame: nothing for a session without joins, which is most of them. */
export function joinsSuffix(joins: number): string {
  return joins === 0 ? '' : `.${joins}`;
}

/** Negative if `a` comes first, 0 if they are the same, positive if `b` comes first. */
export function comparePositions(a: Position, b: Position): number {
  if (a === b) return 0;
  const [aTime = '', aCount = ''] = a.split('-');
  const [bTime = '', bCount = ''] = b.split('-');
  return compareDigits(aTime, bTime) || compareDigits(aCount, bCount);
}

export function laterOf(a: Position, b: Position): Position {
  return comparePositions(a, b) < 0 ? b : a;
}

/** The same for all that are the same position, and ordered as text. */
export function sortableText(position: Position): string {
  return position
    .split('-')
    .map((digits) => digits.padStart(19, '0'))
    .join('-');
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
