// What goes over the socket, declared once: types the server (server.mjs) and every hook, and checks received events.
import type { EventsOf } from 'everwire';
import { z } from 'zod';

const post = z.object({ id: z.string(), name: z.string(), text: z.string(), at: z.number() });
export type Post = z.infer<typeof post>;

export const schemas = {
  posted: post,
  typing: z.object({ name: z.string(), isTyping: z.boolean() }),
  people: z.object({ names: z.array(z.string()) }),
};

export const rooms = ['general', 'help', 'random'] as const;

export interface App {
  user: { name: string };
  events: EventsOf<typeof schemas>;
  messages: { say: { text: string }; typing: { isTyping: boolean } };
  channels: `room:${string}`;
  requests: { history: (of: { room: string }) => Post[] };
}

declare module 'everwire' {
  interface Register extends App {}
}
