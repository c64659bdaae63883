// The events, messages and requests of this app. Declared once: types every hook, and checks received events.
import type { EventsOf } from 'everwire';
import { z } from 'zod';

const post = z.object({ id: z.string(), name: z.string(), text: z.string(), at: z.number() });
export type Post = z.infer<typeof post>;

export const schemas = {
  posted: post,
  typing: z.object({ name: z.string(), isTyping: z.boolean() }),
  people: z.object({ names: z.array(z.string()) }),
};

declare module 'everwire' {
  interface Register {
    events: EventsOf<typeof schemas>;
    messages: { say: { text: string }; typing: { isTyping: boolean } };
    requests: { history: () => Post[] };
  }
}
