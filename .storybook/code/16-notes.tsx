// A list that is fetched, and that events keep up to date: in order, and with nothing lost between the two.

import { useLiveQuery } from 'everwire';

interface Note {
  readonly id: string;
  readonly text: string;
}

export function useNotes(fetchNotes: (signal: AbortSignal) => Promise<readonly Note[]>) {
  return useLiveQuery({
    key: ['notes'],
    fetch: ({ signal }) => fetchNotes(signal),
    on: {
      // By id: what a fetch has brought may come as an event, too.
      note: (notes, { data }) => [...notes.filter(({ id }) => id !== data.id), data],
    },
  });
}
