// The chat's server: numbered sessions of everwire/server, kept in memory.
import { createHub, memoryLog } from 'everwire/server';
import { WebSocketServer } from 'ws';
import { z } from 'zod';

/** @type {Map<string, import('./src/events.ts').Post[]>} By the name of the channel. */
const posts = new Map();
/** @type {string[]} The name of each open socket. */
const here = [];

/** @type {import('everwire/server').Hub<import('./src/events.ts').App>} */
const hub = createHub({
  log: memoryLog({ keepMs: 60_000 }),
  // No sign-in: any name will do. A real app returns null for a token that it does not know.
  authenticate: ({ request }) => ({ name: nameIn(request) }),
  identify: (user) => user.name,
  // Everybody may join every room. A real app asks who is a member.
  channels: { join: () => true },
  // What clients send is checked; a message that does not fit reaches no handler.
  schemas: {
    say: z.object({ text: z.string().trim().min(1).max(2000) }),
    typing: z.object({ isTyping: z.boolean() }),
  },
  messages: {
    say({ text }, { user }, { channel }) {
      if (channel === undefined) return;
      const post = { id: crypto.randomUUID(), name: user.name, text, at: Date.now() };
      posts.set(channel, [...(posts.get(channel) ?? []), post].slice(-200));
      return hub.publish({ channel }, 'posted', post);
    },
    typing: ({ isTyping }, { user }, { channel }) =>
      channel && hub.publish({ channel }, 'typing', { name: user.name, isTyping }),
  },
  requests: {
    async history({ room }, session) {
      await session.publish('people', { names: here });
      return posts.get(`room:${room}`) ?? [];
    },
  },
  logger: console,
});

const port = Number(process.env.PORT ?? 8080);
const server = new WebSocketServer({ host: '127.0.0.1', port, maxPayload: 65_536 });
server.on('listening', () => console.log('The chat listens on port', port));
server.on('connection', (socket, request) => {
  const name = nameIn(request);
  here.push(name);
  tellPeople();
  socket.on('close', () => {
    here.splice(here.indexOf(name), 1);
    tellPeople();
  });
  hub.accept(socket, request);
});

function tellPeople() {
  void hub.publish({ all: true }, 'people', { names: here });
}

/** @param {{ readonly url?: string | undefined }} request */
function nameIn({ url = '' }) {
  return new URLSearchParams(url.split('?')[1]).get('name')?.slice(0, 40) || 'Guest';
}
