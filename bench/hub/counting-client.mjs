/** Clients that only count what they get. They read frames themselves, so that they cost less than any server. */

import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';

/** @typedef {import('./server-process.mjs').Kind} Kind */

/** @type {Readonly<Record<Kind, { readonly path: (index: number) => string, readonly event: string }>>} */
const dialects = {
  everwire: { path: (index) => `/?token=user-${index}`, event: '{"event":"n"' },
  'socket.io': { path: () => '/socket.io/?EIO=4&transport=websocket', event: '42["n"' },
  ws: { path: () => '/', event: '{"event":"n"' },
};

let events = 0;
/** Microseconds from the append to here. */
/** @type {number[]} */
let latencies = [];
let isTimed = false;
/** @type {Set<import('node:net').Socket>} */
const sockets = new Set();

process.on(
  'message',
  async (/** @type {{ id: number, type: string } & Record<string, unknown>} */ message) => {
    const { id, type } = message;
    switch (type) {
      case 'open':
        await open(/** @type {Kind} */ (message['kind']), Number(message['port']), Number(message['count']));
        process.send?.({ id });
        break;
      case 'count':
        process.send?.({ id, events });
        break;
      case 'time':
        isTimed = Boolean(message['isOn']);
        process.send?.({ id, latencies });
        latencies = [];
        break;
    }
  },
);
process.on('disconnect', () => process.exit(0));

/**
 * @param {Kind} kind
 * @param {number} port
 * @param {number} count
 */
async function open(kind, port, count) {
  const atOnce = 50;
  for (let opened = 0; opened < count; opened += atOnce) {
    const size = Math.min(atOnce, count - opened);
    await Promise.all(Array.from({ length: size }, () => openOne(kind, port)));
  }
}

/**
 * Resolves when the server's first frame is there, which all of them but `ws` send.
 *
 * @param {Kind} kind
 * @param {number} port
 * @returns {Promise<void>}
 */
function openOne(kind, port) {
  const { path, event } = dialects[kind];
  const mark = Buffer.from(event);
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', reject);
    const key = randomBytes(16).toString('base64');
    socket.write(
      `GET ${path(sockets.size % 1_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    /** @type {Buffer} */
    let rest = Buffer.alloc(0);
    let isOpen = false;
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (!isOpen) {
        const end = rest.indexOf('\r\n\r\n');
        if (end < 0) return;
        isOpen = true;
        rest = rest.subarray(end + 4);
        if (kind === 'ws') resolve();
      }
      rest = readFrames(rest, (payload, opcode) => {
        if (opcode === 9) return writeFrame(socket, 10, payload);
        const isEvent = payload.subarray(0, mark.length).equals(mark);
        if (isEvent) return count(payload);
        if (kind === 'everwire') return resolve();
        const text = payload.toString();
        if (text.startsWith('0')) writeFrame(socket, 1, Buffer.from('40'));
        if (text.startsWith('40')) resolve();
        if (text === '2') writeFrame(socket, 1, Buffer.from('3'));
      });
    });
  });
}

/** @param {Buffer} payload */
function count(payload) {
  events += 1;
  if (!isTimed) return;
  const sentAt = Number(/"at":(\d+)/.exec(payload.toString())?.[1]);
  latencies.push(Number(process.hrtime.bigint() / 1_000n) - sentAt);
}

/**
 * @param {Buffer} bytes
 * @param {(payload: Buffer, opcode: number) => void} onFrame
 * @returns {Buffer} what is left: the beginning of a frame
 */
function readFrames(bytes, onFrame) {
  let at = 0;
  while (bytes.length - at >= 2) {
    let length = (bytes[at + 1] ?? 0) & 127;
    let start = at + 2;
    if (length === 126) {
      if (bytes.length < at + 4) break;
      length = bytes.readUInt16BE(at + 2);
      start = at + 4;
    } else if (length === 127) {
      if (bytes.length < at + 10) break;
      length = Number(bytes.readBigUInt64BE(at + 2));
      start = at + 10;
    }
    if (bytes.length < start + length) break;
    onFrame(bytes.subarray(start, start + length), (bytes[at] ?? 0) & 15);
    at = start + length;
  }
  return bytes.subarray(at);
}

/**
 * A short frame, masked with zeros.
 *
 * @param {import('node:net').Socket} socket
 * @param {number} opcode
 * @param {Buffer} payload
 */
function writeFrame(socket, opcode, payload) {
  socket.write(Buffer.concat([Buffer.from([128 | opcode, 128 | payload.length, 0, 0, 0, 0]), payload]));
}
