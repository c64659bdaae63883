// The same in TanStack Query's own cache: options for useQuery, useSuspenseQuery, and the loader of a page.

import type { WebSocketService } from 'everwire';
import { liveQueryOptions } from 'everwire/tanstack-query';
import { fetchNotes } from './app.ts';

export function notesOptions(service: WebSocketService) {
  return liveQueryOptions({
    service, // in a component: useWebSocketService()
    queryKey: ['notes'],
    queryFn: ({ signal }) => fetchNotes(signal),
    on: {
      note: (notes, { data }) => [...notes.filter(({ id }) => id !== data.id), data],
    },
  });
}
