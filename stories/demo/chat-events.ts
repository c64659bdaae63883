/** The events of the chat: their types, and functions that check their data. */
import type { IWebSocketEvent } from 'everwire';

export interface Post {
  readonly id: string;
  readonly user: string;
  readonly text: string;
  /** Epoch ms. */
  readonly at: number;
}

// An app declares these once, in `Register`, and needs none of these functions. The stories can't: what they declared
// would hold for every other file of this repository too.

export function postIn({ data }: IWebSocketEvent): Post {
  return data as Post;
}

export function typistIn({ data }: IWebSocketEvent): string {
  return (data as { readonly user: string }).user;
}

export function usersIn({ data }: IWebSocketEvent): readonly string[] {
  return (data as { readonly users: readonly string[] }).users;
}

/** The answer to `get_history`. */
export function postsIn(answer: unknown): readonly Post[] {
  return (answer as { readonly posts: readonly Post[] }).posts;
}
