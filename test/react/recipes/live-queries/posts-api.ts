export interface Post {
  readonly id: string;
  readonly text: string;
}

export async function fetchPosts(signal: AbortSignal): Promise<readonly Post[]> {
  const response = await fetch('/api/posts', { signal });
  if (!response.ok) throw new Error(`The posts could not be fetched: ${response.status}`);
  return response.json();
}

/** A post that is there already, because a fetch has brought it too, is replaced. */
export function withPost(posts: readonly Post[], post: Post): readonly Post[] {
  return [...posts.filter(({ id }) => id !== post.id), post];
}
