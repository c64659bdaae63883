// In docs/migrating.md: what the other blocks import, the app's own. Tests answer the requests.

export interface Post {
  readonly id: string;
  readonly text: string;
}

export async function fetchToken(): Promise<string> {
  return (await fetch('/api/token')).text();
}

export async function fetchPosts(): Promise<Post[]> {
  return (await fetch('/api/posts')).json();
}
