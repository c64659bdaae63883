/** The contenders, in the order of the tables. Each is bundled separately. */

/**
 * @typedef {object} Entry
 * @property {string} id as `--contender` names it
 * @property {string} name as the tables name it
 * @property {import('./server.mjs').Dialect} dialect
 * @property {string} file in `bench/contenders/`
 * @property {string} [exported] what the file calls it, where that isn't `contender`
 * @property {'microtask'} [callsIn] its callbacks run in a microtask, which the clock of the page's scripts does not see
 * @property {string} [everwire] the checkout to take Everwire from, where that isn't this one
 */

/** @type {readonly Entry[]} */
export const lineUp = [
  { id: 'floor', name: 'floor', dialect: 'plain', file: 'floor.tsx' },
  { id: 'floor-again', name: 'floor (again)', dialect: 'plain', file: 'floor.tsx', exported: 'again' },
  { id: 'floor-per-frame', name: 'floor, once per frame', dialect: 'plain', file: 'floor-per-frame.tsx' },
  { id: 'naive-rxjs', name: 'naive rxjs', dialect: 'plain', file: 'naive-rxjs.tsx' },
  {
    id: 'react-use-websocket',
    name: 'react-use-websocket',
    dialect: 'plain',
    file: 'react-use-websocket.tsx',
  },
  { id: 'partysocket', name: 'partysocket', dialect: 'plain', file: 'partysocket.tsx' },
  {
    id: 'mattermost-client',
    name: '@mattermost/client',
    dialect: 'mattermost',
    file: 'mattermost-client.tsx',
  },
  {
    id: 'socket-io-client',
    name: 'socket.io-client',
    dialect: 'socket.io',
    file: 'socket-io-client.tsx',
    callsIn: 'microtask',
  },
  { id: 'everwire', name: 'Everwire', dialect: 'plain', file: 'everwire.tsx' },
];

/**
 * Only with `--contender`: more than the documents show, and the best that is possible without a router.
 *
 * @type {readonly Entry[]}
 */
export const extras = [
  {
    id: 'react-use-websocket-parsed-once',
    name: 'react-use-websocket, parsed once',
    dialect: 'plain',
    file: 'parsed-once.ts',
    exported: 'reactUseWebsocket',
  },
  {
    id: 'partysocket-parsed-once',
    name: 'partysocket, parsed once',
    dialect: 'plain',
    file: 'parsed-once.ts',
    exported: 'partysocket',
  },
  {
    id: 'everwire-channels',
    name: 'Everwire, channels',
    dialect: 'channels',
    file: 'everwire-channels.tsx',
  },
];

/** The others are compared with the floor. It runs twice in each round: the difference is noise. */
export const floorIds = ['floor', 'floor-again'];
export const everwireId = 'everwire';

/**
 * Everwire from another checkout, beside the one here.
 *
 * @param {string} folder
 * @returns {Entry}
 */
export function otherEverwire(folder) {
  return {
    id: 'everwire-other',
    name: 'Everwire (other)',
    dialect: 'plain',
    file: 'everwire.tsx',
    everwire: folder,
  };
}
