// A fold over every change of an order book, however fast they come: rendered at most once a frame.

import { useWsReducer } from 'everwire';
import type { Level } from './events.ts';

interface Book {
  readonly levels: Readonly<Record<number, Level>>;
  readonly changes: number;
}

const empty: Book = { levels: {}, changes: 0 };

export function useOrderBook(): Book {
  return useWsReducer(
    'level',
    // Pure: from the state before and one event to the state after.
    (book, { data }) => ({ levels: { ...book.levels, [data.price]: data }, changes: book.changes + 1 }),
    empty,
  );
}
