/** Keeps the newest rows in a ring of fixed size. Their numbers grow and are never reused. */
import type { Traffic } from '../src/service/traffic.ts';
import type { IWebSocketEvent, MissedEvents } from '../src/types.ts';
import type { Moment } from './life.ts';

type Reply = Extract<Traffic, { type: 'reply' }>;

/** Channels that a message is about. */
export type AboutChannels = string | readonly string[] | undefined;

/** Traffic. A reply has the name, and the channels, of the message that it answers. */
export type NamedTraffic =
  | Exclude<Traffic, Reply | { readonly type: 'channel' }>
  | (Reply & { readonly to: string; readonly channel?: AboutChannels });

/** An error: a live one, or one that was read from a report. */
export interface ErrorFacts {
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly cause?: unknown;
}

/** The content of a row. */
export type Note =
  | { readonly type: 'event'; readonly value: IWebSocketEvent }
  | { readonly type: 'traffic'; readonly value: NamedTraffic }
  | { readonly type: 'moment'; readonly value: Moment }
  | { readonly type: 'missed'; readonly value: MissedEvents }
  | { readonly type: 'error'; readonly value: ErrorFacts };

export type Row = Note & {
  /** Grows by one with every row. */
  readonly number: number;
  /** Epoch ms. */
  readonly at: number;
};

export interface Rows {
  /** Rows with these numbers are held: from `first`, before `end`. */
  readonly range: { readonly first: number; readonly end: number };
  row(number: number): Row | undefined;
}

export interface RowRing extends Rows {
  /** Adds the newest row, in place of the oldest one if the ring is full. */
  add(type: Note['type'], value: Note['value'], at: number): void;
  /** Forgets every row. The numbers go on. */
  clear(): void;
}

export function createRowRing(limit: number): RowRing {
  // Three parallel lists, so that no object is created for an event.
  const types: Note['type'][] = new Array(limit);
  const values: Note['value'][] = new Array(limit);
  const times = new Float64Array(limit);
  let first = 0;
  let end = 0;
  return {
    get range() {
      return { first, end };
    },
    row(number) {
      if (number < first || number >= end) return undefined;
      const slot = number % limit;
      return { number, at: times[slot] ?? 0, type: types[slot], value: values[slot] } as Row;
    },
    add(type, value, at) {
      const slot = end % limit;
      types[slot] = type;
      values[slot] = value;
      times[slot] = at;
      end += 1;
      if (end - first > limit) first = end - limit;
    },
    clear() {
      first = end;
      values.fill(null as never);
    },
  };
}

/**
 * A row to be passed as a prop. React's development build reads the changed props of a component deeply, and would run
 * the getters of a payload; it does not call functions.
 */
export interface HeldRow {
  readonly number: number;
  readonly read: () => Row;
}

export function holdRow(row: Row): HeldRow {
  return { number: row.number, read: () => row };
}
