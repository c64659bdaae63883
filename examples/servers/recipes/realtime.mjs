// The hub of the app. Every server beside this file passes its sockets to it.
import { createHub } from 'everwire/server';

/** Token -> user. Check your own sign-in sessions instead. */
const users = new Map([
  ['secret', { id: 'ada' }],
  ['secret-too', { id: 'bo' }],
]);

export const hub = createHub({
  authenticate: ({ token }) => users.get(token) ?? null,
  identify: (user) => user.id,
  requests: { add: ({ a, b }) => a + b },
  messages: {
    say: ({ text }, session) => hub.publish({ all: true }, 'posted', { from: session.user.id, text }),
  },
});
