import { withEvents } from 'everwire';
import { create } from 'zustand';
import type { ChatTypes } from './chat.ts';

interface Unread {
  readonly rooms: Readonly<Record<string, number>>;
  readonly markRead: (room: string) => void;
}

export const useUnread = create<Unread>()(
  withEvents<Unread, ChatTypes>(
    {
      posted: ({ rooms }, { data }) => ({ rooms: { ...rooms, [data.room]: (rooms[data.room] ?? 0) + 1 } }),
    },
    (set) => ({
      rooms: {},
      markRead: (room) => set(({ rooms }) => ({ rooms: { ...rooms, [room]: 0 } })),
    }),
  ),
);
