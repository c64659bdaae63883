/** The demo's chat on a real hub of `everwire/server`, with the sockets of `ws`. */

import { startChat } from './chat-behaviour.mjs';

/** @typedef {import('./chat-behaviour.mjs').ChatClient} ChatClient */
/** @typedef {import('./chat-behaviour.mjs').ChatServer} ChatServer */

/**
 * Starts a chat whose sockets are those of a server that is open already. A client's name is its token.
 *
 * @param {typeof import('everwire/server')} library as built, or as source
 * @param {import('ws').WebSocketServer} sockets
 * @returns {{ startPeople(): void, stop(): void }}
 */
export function startChatOnHub({ createHub, memoryLog }, sockets) {
  /** @type {Record<string, (data: unknown, session: { user: unknown }) => unknown>} */
  const requests = {};
  /** The open sockets of each name. @type {Map<string, { client: ChatClient, sockets: number }>} */
  const people = new Map();
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const tell = () => {
    for (const listener of listeners) listener();
  };

  /** @param {string} name @returns {ChatClient} */
  const clientOf = (name) =>
    people.get(name)?.client ?? {
      token: name,
      emit: (event, data) => void hub.publish({ user: name }, event, data),
    };

  /** @type {ChatServer} */
  const server = {
    get connections() {
      return [...people.values()].map(({ client }) => client);
    },
    emit: (event, data) => void hub.publish({ all: true }, event, data),
    handle(name, handler) {
      requests[name] = (data, { user }) => handler(data, { connection: clientOf(String(user)) });
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const chat = startChat(server);
  const hub = createHub({
    log: memoryLog(),
    authenticate: ({ token }) => token || 'Guest',
    identify: String,
    requests,
  });

  sockets.on('connection', (socket, request) => {
    const name = new URL(request.url ?? '/', 'ws://localhost').searchParams.get('token') || 'Guest';
    const known = people.get(name) ?? { client: clientOf(name), sockets: 0 };
    known.sockets += 1;
    people.set(name, known);
    tell();
    socket.on('close', () => {
      known.sockets -= 1;
      if (known.sockets === 0) people.delete(name);
      tell();
    });
    hub.accept(socket, request);
  });

  return {
    startPeople: chat.startPeople,
    stop() {
      chat.stop();
      hub.close();
    },
  };
}
