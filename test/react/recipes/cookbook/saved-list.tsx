import { useEffect } from 'react';
import { useSavedPosts } from './saved-posts.ts';

/** Shows at once what was there before the reload, and fetches what was posted meanwhile. */
export function SavedList() {
  const { posts, fetchNewest } = useSavedPosts();
  useEffect(() => void fetchNewest().catch(console.error), [fetchNewest]);
  return (
    <ol>
      {posts.map(({ id, text }) => (
        <li key={id}>{text}</li>
      ))}
    </ol>
  );
}
