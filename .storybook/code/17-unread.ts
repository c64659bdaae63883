// An ordinary Zustand store. Events change it, and so does the page. The provider has it: stores={[useUnread]}.

import { withEvents } from 'everwire';
import { create } from 'zustand';

interface Unread {
  /** How many posts were counted, in all. */
  readonly posts: number;
  readonly unread: number;
  readonly markRead: () => void;
}

export const useUnread = create<Unread>()(
  withEvents({ posted: ({ posts, unread }) => ({ posts: posts + 1, unread: unread + 1 }) }, (set) => ({
    posts: 0,
    unread: 0,
    markRead: () => set({ unread: 0 }),
  })),
);
