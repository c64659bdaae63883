/** A TCP proxy on loopback between a client and its server. It cuts, freezes and refuses links. */

import { connect, createServer } from 'node:net';

/**
 * @typedef {object} Door
 * @property {number} port
 * @property {readonly number[]} attemptsAt when clients connected, ms since the epoch; also refused ones
 * @property {() => number} liveCount links that neither side has closed
 * @property {() => void} cut ends every link without a close frame of the server
 * @property {() => void} freeze lets nothing through on the current links, and closes none; new ones are not affected
 * @property {(who: 'everyone' | 'nobody') => void} refuse
 * @property {() => void} stall never answers new connections
 * @property {() => Promise<void>} close
 */

/**
 * Opens a door to a port on loopback.
 *
 * @param {number} port
 * @returns {Promise<Door>}
 */
export async function openDoor(port) {
  /** @type {Set<{ outside: import('node:net').Socket, inside: import('node:net').Socket }>} */
  const links = new Set();
  /** @type {number[]} */
  const attemptsAt = [];
  let refused = 'nobody';
  let pace = 'normal';

  const server = createServer((outside) => {
    attemptsAt.push(Date.now());
    outside.on('error', () => undefined);
    if (refused === 'everyone') {
      outside.resetAndDestroy();
      return;
    }
    const inside = connect(port, '127.0.0.1');
    const link = { outside, inside };
    links.add(link);
    const end = () => {
      links.delete(link);
      outside.destroy();
      inside.destroy();
    };
    inside.on('error', end);
    outside.on('close', end);
    inside.on('close', () => outside.end());
    if (pace === 'stalled') {
      outside.resume();
      return;
    }
    outside.pipe(inside);
    inside.pipe(outside);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(null)));
  const address = server.address();

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    attemptsAt,
    liveCount: () => [...links].filter(({ outside }) => !outside.destroyed).length,
    cut: () => {
      for (const { outside, inside } of links) {
        outside.resetAndDestroy();
        inside.destroy();
      }
    },
    freeze: () => {
      for (const { outside, inside } of links) {
        outside.unpipe(inside);
        inside.unpipe(outside);
        outside.pause();
        inside.pause();
      }
    },
    refuse: (who) => {
      refused = who;
    },
    stall: () => {
      pace = 'stalled';
    },
    close: () =>
      new Promise((resolve) => {
        for (const { outside, inside } of links) {
          outside.destroy();
          inside.destroy();
        }
        server.close(() => resolve());
      }),
  };
}
