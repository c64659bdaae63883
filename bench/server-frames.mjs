/** The server for all clients but Socket.IO's: numbered JSON frames, a hello, and sessions that can be resumed. */

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** The number of events that can be replayed to a client that reconnects. */
const RING_SIZE = 50_000;

/** @typedef {import('./server-events.mjs').Event} Event */

/**
 * A client. All clients receive the same events, so a session is only the place in the log where it began:
 * event `base + seq` of the log has the number `seq` in it.
 *
 * @typedef {object} Client
 * @property {import('ws').WebSocket} socket
 * @property {import('node:stream').Duplex} link
 * @property {number} base
 * @property {boolean} hasChannels
 */

/**
 * Opens the port. A path that contains `mattermost` gets Mattermost's hello; nothing else differs. On the path `channels`, the
 * name of an event is its channel.
 *
 * @param {import('./server-events.mjs').OnClient} onClient
 * @returns {Promise<import('./server-events.mjs').Door>}
 */
export async function openFramesDoor(onClient) {
  /** The log: each frame up to its number, which differs by session. Event `i` is in slot `i % RING_SIZE`. */
  const ring = /** @type {string[]} */ ([]);
  let newest = 0;
  /** @type {Map<string, number>} session id to base */
  const sessions = new Map();
  /** @type {Set<Client>} */
  const clients = new Set();

  const http = createServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
  http.on('upgrade', (request, link, head) => {
    sockets.handleUpgrade(request, link, head, (socket) => {
      admit(socket, link, new URL(request.url ?? '/', 'ws://localhost'));
    });
  });

  /**
   * @param {import('ws').WebSocket} socket
   * @param {import('node:stream').Duplex} link
   * @param {URL} url
   */
  function admit(socket, link, url) {
    const known = takenUp(url);
    const hasChannels = url.pathname === '/channels';
    const client = { socket, link, base: known?.base ?? newest, hasChannels };
    socket.on('message', (raw) => answer(socket, String(raw)));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (clients.delete(client)) onClient('gone');
    });
    link.cork();
    if (known === null) greet(socket, url, client.base);
    else for (let event = known.next; event <= newest; event += 1) deliver(client, event);
    link.uncork();
    clients.add(client);
    onClient('came');
  }

  /**
   * The client's earlier session, unless it missed more than the log holds.
   *
   * @param {URL} url
   */
  function takenUp({ searchParams }) {
    const base = sessions.get(searchParams.get('connection_id') ?? '');
    const seq = Number(searchParams.get('sequence_number'));
    if (base === undefined || !Number.isInteger(seq) || seq < 1) return null;
    const next = base + seq;
    return next <= newest + 1 && next > newest - RING_SIZE ? { base, next } : null;
  }

  /**
   * @param {import('ws').WebSocket} socket
   * @param {URL} url
   * @param {number} base
   */
  function greet(socket, url, base) {
    const id = randomUUID();
    sessions.set(id, base);
    const data = url.pathname.includes('mattermost')
      ? { connection_id: id, server_version: '11.9.0', server_hostname: 'bench' }
      : { connection_id: id };
    socket.send(JSON.stringify({ event: 'hello', data, broadcast: {}, seq: 0 }));
  }

  /**
   * @param {Client} client
   * @param {number} event its place in the log
   */
  function deliver({ socket, base, hasChannels }, event) {
    const frame = `${ring[event % RING_SIZE]}${event - base}}`;
    socket.send(hasChannels ? frame.replace('{"event":', '{"event":"posted","channel":') : frame);
  }

  await new Promise((resolve) => http.listen(0, '127.0.0.1', () => resolve(null)));
  const address = http.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    clientCount: () => clients.size,
    write: (events) => {
      const first = newest + 1;
      for (const event of events) {
        newest += 1;
        ring[newest % RING_SIZE] = unnumbered(event);
      }
      for (const client of clients) {
        client.link.cork();
        for (let event = first; event <= newest; event += 1) deliver(client, event);
        client.link.uncork();
      }
    },
    waitingBytes: () => Math.max(0, ...[...clients].map(({ socket }) => socket.bufferedAmount)),
    kill: () => {
      for (const { link } of clients) link.destroy();
      clients.clear();
      onClient('gone');
    },
    forget: () => sessions.clear(),
    close: () => {
      for (const { socket } of clients) socket.terminate();
      http.close();
    },
  };
}

/**
 * The frame without its number and the closing brace.
 *
 * @param {Event} event
 */
function unnumbered({ name, data }) {
  return `{"event":${JSON.stringify(name)},"data":${JSON.stringify(data)},"broadcast":{},"seq":`;
}

/**
 * Answers a ping of the envelope or of Mattermost, and a join. Clients request nothing else.
 *
 * @param {import('ws').WebSocket} socket
 * @param {string} text
 */
function answer(socket, text) {
  const { event, action, seq, data } = JSON.parse(text);
  /** @param {object} [about] */
  const reply = (about) => socket.send(JSON.stringify({ status: 'OK', seq_reply: seq, ...about }));
  if (event === 'ping' || action === 'ping') reply();
  if (event === 'join') {
    const channels = data.channels.map((/** @type {{ name: string }} */ { name }) => ({
      name,
      status: 'joined',
    }));
    reply({ data: { channels } });
  }
}
