/** The parts that the pages of docs/migrating.md import: a post, and the app's own API. */

export interface Post {
  readonly id: string;
  readonly text: string;
}

/** Requests a token from the app's own server. Tests answer it. */
export async function fetchToken(): Promise<string> {
  return (await fetch('/api/token')).text();
}

/** Requests the posts from the app's own server. Tests answer it. */
export async function fetchPosts(): Promise<Post[]> {
  return (await fetch('/api/posts')).json();
}
