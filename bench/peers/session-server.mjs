/**
 * A server for clients that speak JSON over a plain WebSocket: it numbers events, keeps them for clients that
 * reconnect, and answers pings and requests, in Everwire's protocol and in Mattermost's.
 */

import { WebSocketServer } from 'ws';

/**
 * The interface of both kinds of server for the probes.
 *
 * @typedef {object} PeerServer
 * @property {number} port
 * @property {readonly Message[]} received what clients sent, pings left out
 * @property {readonly (string | null)[]} tokens the token of each handshake
 * @property {(name: string, data: unknown) => void} emit to every session
 * @property {(data: Buffer | string) => void} sendRaw one WebSocket message, as it is
 * @property {() => void} loseOne skips sending the next event; it has a number, and the session keeps it
 * @property {() => void} repeatOne the newest event once more
 * @property {() => void} forget all sessions: none can be resumed any more
 * @property {(how: Manner) => void} setManner
 * @property {() => Promise<void>} close
 *
 * @typedef {{ event: string, data: unknown }} Message
 *
 * How it treats new clients and requests.
 * @typedef {object} Manner
 * @property {(token: string | null) => boolean} [accepts]
 * @property {boolean} [isFlapping] closes every link 100 ms after it has opened
 * @property {boolean} [isMute] leaves requests unanswered
 */

/** @returns {Promise<PeerServer>} */
export async function openSessionServer() {
  /** @typedef {{ id: string, next: number, events: { seq: number, frame: string }[], socket: import('ws').WebSocket | null }} Session */
  /** @type {Map<string, Session>} */
  const sessions = new Map();
  /** @type {Message[]} */
  const received = [];
  /** @type {(string | null)[]} */
  const tokens = [];
  /** @type {Manner} */
  let manner = {};
  let ids = 0;

  /**
   * @param {Session} session
   * @param {string} event
   * @param {unknown} data
   * @param {'sent' | 'lost'} fate
   */
  const emitTo = (session, event, data, fate = 'sent') => {
    const frame = JSON.stringify({ event, data, seq: session.next });
    session.events.push({ seq: session.next, frame });
    session.next += 1;
    if (fate === 'sent') session.socket?.send(frame);
  };

  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('connection', (socket, request) => {
    const query = new URL(request.url ?? '/', 'ws://localhost').searchParams;
    /** @param {string | null} token */
    const check = (token) => {
      tokens.push(token);
      if (manner.accepts && !manner.accepts(token)) socket.close(4401, 'unauthorized');
      return socket.readyState === socket.OPEN;
    };
    // Mattermost's client sends its token with the first frame, and always says what it would resume.
    const token = query.get('token');
    if ((token !== null || !query.has('connection_id')) && !check(token)) return;
    if (manner.isFlapping) setTimeout(() => socket.close(1011), 100);

    const wanted = Number(query.get('sequence_number'));
    let session = sessions.get(query.get('connection_id') ?? '');
    if (session && wanted >= 1 && wanted <= session.next) {
      session.socket = socket;
      for (const { seq, frame } of session.events) if (seq >= wanted) socket.send(frame);
    } else {
      ids += 1;
      session = { id: `session-${ids}`, next: 0, events: [], socket };
      sessions.set(session.id, session);
      emitTo(session, 'hello', { connection_id: session.id });
    }
    const mine = session;
    socket.on('close', () => {
      if (mine.socket === socket) mine.socket = null;
    });
    socket.on('message', (raw) => {
      const { event, action = event, data, seq } = JSON.parse(String(raw));
      if (action === 'authentication_challenge' && !check(data.token)) return;
      if (action !== 'ping') received.push({ event: action, data });
      if (action === 'ping' || !manner.isMute) {
        socket.send(JSON.stringify({ seq_reply: seq, status: 'OK', data: { to: action } }));
      }
    });
  });
  await new Promise((resolve) => server.on('listening', () => resolve(null)));
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    received,
    tokens,
    emit: (name, data) => {
      for (const session of sessions.values()) emitTo(session, name, data);
    },
    sendRaw: (data) => {
      for (const client of server.clients) client.send(data);
    },
    loseOne: () => {
      for (const session of sessions.values()) emitTo(session, 'e', 'lost', 'lost');
    },
    repeatOne: () => {
      for (const { socket, events } of sessions.values()) socket?.send(events.at(-1)?.frame ?? '');
    },
    forget: () => sessions.clear(),
    setManner: (how) => {
      manner = how;
    },
    close: () =>
      new Promise((resolve) => {
        for (const client of server.clients) client.terminate();
        server.close(() => resolve());
      }),
  };
}
