import { withEvents } from 'everwire';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import { type ChatTypes, chat, type Post } from './chat.ts';

interface SavedPosts {
  readonly posts: readonly Post[];
  readonly fetchNewest: () => Promise<void>;
}

const merge = (known: readonly Post[], more: readonly Post[]): readonly Post[] =>
  [...new Map([...known, ...more].map((post) => [post.id, post])).values()].slice(-100);

export const useSavedPosts = create<SavedPosts>()(
  persist(
    withEvents<SavedPosts, ChatTypes>(
      { posted: ({ posts }, { data }) => ({ posts: merge(posts, [data]) }) },
      (set) => ({
        posts: [],
        async fetchNewest() {
          const newest = await chat.request('history', { room: 'lobby' });
          set(({ posts }) => ({ posts: merge(posts, [...newest].reverse()) }));
        },
      }),
      { missed: ({ fetchNewest }) => void fetchNewest().catch(console.error) },
    ),
    { name: 'posts', partialize: ({ posts }) => ({ posts }) },
  ),
);
