// What the pages of docs/migrating.md have elsewhere: a post, and the app's own API.

export interface Post {
  readonly id: string;
  readonly text: string;
}

/** Asks the app's own server. Tests answer it. */
export async function fetchToken(): Promise<string> {
  return (await fetch('/api/token')).text();
}

/** Asks the app's own server. Tests answer it. */
export async function fetchPosts(): Promise<Post[]> {
  return (await fetch('/api/posts')).json();
}
