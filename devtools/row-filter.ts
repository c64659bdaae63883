/** Chooses the rows of the list: by name, and by group. */
import type { Row, Rows } from './row-ring.ts';
import { nameOf } from './rows.ts';

/** The groups of rows that can be shown or hidden. */
export const ROW_GROUPS = ['events', 'sent', 'notices', 'errors'] as const;

export type RowGroup = (typeof ROW_GROUPS)[number];

export interface RowFilter {
  readonly text: string;
  readonly groups: ReadonlySet<RowGroup>;
}

/** The numbers of the rows that the filter lets through, oldest first. */
export interface Matches {
  readonly count: number;
  at(index: number): number;
}

/** Without a filter it reads no row. */
export function matchRows(rows: Rows, { text, groups }: RowFilter): Matches {
  const { first, end } = rows.range;
  const wanted = text.trim().toLowerCase();
  if (wanted === '' && groups.size === ROW_GROUPS.length)
    return { count: end - first, at: (index) => first + index };
  const numbers: number[] = [];
  const known = new Map<string, boolean>();
  const isNamed = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const is = name.toLowerCase().includes(wanted);
    known.set(name, is);
    return is;
  };
  for (let number = first; number < end; number += 1) {
    const row = rows.row(number);
    if (row !== undefined && groups.has(groupOf(row)) && isNamed(nameOf(row))) numbers.push(number);
  }
  return { count: numbers.length, at: (index) => numbers[index] ?? -1 };
}

function groupOf(row: Row): RowGroup {
  switch (row.type) {
    case 'event':
      return 'events';
    case 'traffic':
      return row.value.type === 'duplicate' ? 'events' : 'sent';
    case 'moment':
      return row.value.type === 'failed' ? 'errors' : 'notices';
    case 'missed':
      return 'notices';
    case 'error':
      return 'errors';
    default:
      row satisfies never;
      return 'events';
  }
}
