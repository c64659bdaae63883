/** Chooses the rows of the list: by text, by group, and by the name of the event. */
import type { Row, Rows } from './row-ring.ts';
import { eventNameOf, isAbout, nameOf } from './rows.ts';

/** The groups of rows that can be shown or hidden. */
export const ROW_GROUPS = ['events', 'sent', 'notices', 'errors'] as const;

export type RowGroup = (typeof ROW_GROUPS)[number];

export interface RowFilter {
  readonly text: string;
  readonly groups: ReadonlySet<RowGroup>;
  /** Only the events of this name; null: all of them, and the other rows. */
  readonly only: string | null;
  /** Only the rows that are about this channel; null: all of them. */
  readonly channel: string | null;
  /** Names of events that are hidden. `only` is shown all the same. */
  readonly muted: ReadonlySet<string>;
}

/** The numbers of the rows that the filter lets through, oldest first. */
export interface Matches {
  readonly count: number;
  at(index: number): number;
}

/** Without a filter it reads no row. */
export function matchRows(rows: Rows, filter: RowFilter): Matches {
  const { first, end } = rows.range;
  if (isOpen(filter)) return { count: end - first, at: (index) => first + index };
  const { groups, only, channel, muted } = filter;
  const isNamed = namedWith(filter.text.trim().toLowerCase());
  const numbers: number[] = [];
  for (let number = first; number < end; number += 1) {
    const row = rows.row(number);
    if (row === undefined || !groups.has(groupOf(row)) || !isNamed(nameOf(row))) continue;
    if (channel !== null && !isAbout(row, channel)) continue;
    const event = eventNameOf(row);
    const isShown = only === null ? event === null || !muted.has(event) : event === only;
    if (isShown) numbers.push(number);
  }
  return { count: numbers.length, at: (index) => numbers[index] ?? -1 };
}

function isOpen({ text, groups, only, channel, muted }: RowFilter): boolean {
  if (only !== null || channel !== null) return false;
  return text.trim() === '' && groups.size === ROW_GROUPS.length && muted.size === 0;
}

/** Whether a name contains the text. It remembers: a list has few names and many rows. */
function namedWith(wanted: string): (name: string) => boolean {
  const known = new Map<string, boolean>();
  return (name) => {
    const before = known.get(name);
    if (before !== undefined) return before;
    const is = name.toLowerCase().includes(wanted);
    known.set(name, is);
    return is;
  };
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
