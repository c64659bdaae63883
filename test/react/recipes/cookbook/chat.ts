import { createWebSocketService } from 'everwire';

export interface Post {
  readonly id: string;
  readonly room: string;
  readonly user: string;
  readonly text: string;
}

export interface ChatTypes {
  events: { posted: Post; typing: { readonly user: string }; here: { readonly user: string } };
  messages: { typing: { readonly user: string }; here: { readonly user: string } };
  requests: {
    post: (post: Post) => Post;
    /** The 20 posts before this one, newest first; the newest ones without it. */
    history: (data: { readonly room: string; readonly before?: string | undefined }) => readonly Post[];
  };
}

/** The types of its events, messages and requests are those of every hook that gets it as `service`. */
export const chat = createWebSocketService<ChatTypes>();
