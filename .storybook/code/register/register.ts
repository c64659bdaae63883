// Declared once, in a file that everything can see. Each part may be left out.

import type { EventsOf } from 'everwire';
import type { schemas } from '../10-zod.ts';

declare module 'everwire' {
  interface Register {
    // What comes: name to data. From schemas, so that it is written once:
    events: EventsOf<typeof schemas>;
    // What send() sends: name to data.
    messages: { say: { readonly text: string } };
    // What request() asks, and gets.
    requests: { add: (data: { readonly a: number; readonly b: number }) => number };
  }
}
