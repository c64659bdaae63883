import { randomUUID } from 'node:crypto';
import { createHub } from 'everwire/server';
import * as z from 'zod';
import type { App } from './app.ts';

const users = new Map([['secret', { id: '1', name: 'Ada' }]]);

export const hub = createHub<App>({
  authenticate: ({ token = '' }) => users.get(token) ?? null,
  identify: (user) => user.id,
  // Types say what your own client sends; schemas check what really came.
  schemas: {
    say: z.object({ text: z.string().trim().min(1).max(2000) }),
    add: z.object({ a: z.number(), b: z.number() }),
  },
  messages: {
    say: ({ text }, { user }) =>
      hub.publish({ all: true }, 'posted', { id: randomUUID(), from: user.name, text }),
    typing: (_, { user }) => hub.publish({ all: true }, 'typing', { from: user.name }),
  },
  requests: { add: ({ a, b }) => a + b },
});
