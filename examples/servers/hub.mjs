// `npm install everwire ws`, then `node hub.mjs`.
import { createHub } from 'everwire/server';
import { WebSocketServer } from 'ws';

const hub = createHub({
  authenticate: ({ token }) => (token === 'secret' ? { id: 'ada' } : null),
  identify: (user) => user.id,
  requests: { add: ({ a, b }) => a + b },
  messages: {
    say: (data, session) => hub.publish({ all: true }, 'posted', { from: session.user.id, text: data.text }),
  },
});

new WebSocketServer({ port: Number(process.env.PORT ?? 8080), maxPayload: 65_536 }).on(
  'connection',
  hub.accept,
);

process.on('SIGTERM', () => hub.drain().then(() => process.exit(0)));
