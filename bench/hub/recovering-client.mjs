/** Twenty clients of one kind, as an app has them. They keep what they get, and say which sessions went on. */

import { createWebSocketService } from 'everwire/core';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';

/**
 * @typedef {object} Client
 * @property {number[]} numbers
 * @property {() => boolean} isConnected
 * @property {() => 'first' | 'recovered' | 'new'} session
 */

/** @type {Client[]} */
let clients = [];

process.on(
  'message',
  async (/** @type {{ id: number, type: string, kind?: string, url?: string }} */ message) => {
    const { id, type, kind, url = '' } = message;
    switch (type) {
      case 'open': {
        const openOne = kind === 'everwire' ? openEverwire : openSocketIo;
        clients = Array.from({ length: 20 }, (_, index) => openOne(url, index));
        await until(() => clients.every((client) => client.isConnected() && client.numbers.length > 0));
        process.send?.({ id });
        break;
      }
      case 'recovered':
        await until(() => clients.every((client) => client.isConnected() && client.session() !== 'first'));
        process.send?.({ id });
        break;
      case 'result':
        process.send?.({
          id,
          sessions: clients.map((client) => client.session()),
          numbers: clients.map((client) => client.numbers),
        });
        break;
    }
  },
);
process.on('disconnect', () => process.exit(0));

/**
 * @param {string} url
 * @param {number} index
 * @returns {Client}
 */
function openEverwire(url, index) {
  const service = createWebSocketService();
  /** @type {number[]} */
  const numbers = [];
  /** @type {'first' | 'recovered' | 'new'} */
  let session = 'first';
  let isLost = false;
  service.event$('n').subscribe(({ data }) => {
    numbers.push(/** @type {{ n: number }} */ (data).n);
    if (isLost && session === 'first') session = 'recovered';
  });
  service.missed$.subscribe(() => {
    session = 'new';
  });
  service.store.subscribe(({ status }) => {
    if (status === 'reconnecting') isLost = true;
  });
  service.connect({
    url,
    token: `user-${index}`,
    WebSocket: /** @type {import('everwire/core').WebSocketConstructor} */ (
      /** @type {unknown} */ (WebSocket)
    ),
    reconnectDelay: 200,
    reconnectJitter: 300,
    reconnectAttempts: Number.POSITIVE_INFINITY,
  });
  return { numbers, isConnected: () => service.isConnected(), session: () => session };
}

/**
 * @param {string} url
 * @returns {Client}
 */
function openSocketIo(url) {
  const socket = io(url.replace('ws:', 'http:'), {
    transports: ['websocket'],
    reconnectionDelay: 200,
    reconnectionDelayMax: 500,
  });
  /** @type {number[]} */
  const numbers = [];
  /** @type {'first' | 'recovered' | 'new'} */
  let session = 'first';
  let links = 0;
  socket.on('connect', () => {
    links += 1;
    if (links > 1) session = socket.recovered ? 'recovered' : 'new';
  });
  socket.on('n', ({ n }) => numbers.push(n));
  return { numbers, isConnected: () => socket.connected, session: () => session };
}

/** @param {() => boolean} condition */
async function until(condition) {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
