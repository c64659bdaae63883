/** Declares the events, messages and requests of this app. The events have zod schemas. */
import type { EventsOf } from 'everwire';
import { z } from 'zod';

export const schemas = {
  posted: z.object({ id: z.string(), text: z.string() }),
  typing: z.object({ user: z.string() }),
  counted: z.string().transform((text) => text.length),
};

export type Post = z.infer<typeof schemas.posted>;

declare module 'everwire' {
  interface Register {
    events: EventsOf<typeof schemas>;
    messages: { say: { text: string }; leave: undefined };
    requests: {
      add: (data: { a: number; b: number }) => number;
      history: () => Promise<readonly Post[]>;
    };
  }
}
