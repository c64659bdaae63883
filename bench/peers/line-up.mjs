/** The peers that the table compares, in order, with their versions. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/run.mjs';

/**
 * @typedef {object} Peer
 * @property {string} id its file in `apps/`
 * @property {string} name
 * @property {string} folder where its package.json is
 * @property {'envelope' | 'socket.io'} speaks which server it gets; the first also speaks Mattermost's protocol
 * @property {string} imports the imports of a page, for the size
 */

/** @type {readonly Peer[]} */
export const peers = [
  {
    id: 'everwire',
    name: 'Everwire',
    folder: '.',
    speaks: 'envelope',
    imports:
      "export { WebSocketProvider, useWsEvent, useWsEventHandler, useConnectionStatus, useWsSend } from './index.ts'",
  },
  {
    id: 'react-use-websocket',
    name: 'react-use-websocket',
    folder: 'node_modules/react-use-websocket',
    speaks: 'envelope',
    imports: "export { useWebSocket, ReadyState } from 'react-use-websocket'",
  },
  {
    id: 'partysocket',
    name: 'partysocket/react',
    folder: 'node_modules/partysocket',
    speaks: 'envelope',
    imports: "export { useWebSocket } from 'partysocket/react'",
  },
  {
    id: 'socket-io-client',
    name: 'socket.io-client',
    folder: 'node_modules/socket.io-client',
    speaks: 'socket.io',
    imports: "export { io } from 'socket.io-client'",
  },
  {
    id: 'mattermost-client',
    name: '@mattermost/client',
    folder: 'node_modules/@mattermost/client',
    speaks: 'envelope',
    imports: "export { WebSocketClient } from '@mattermost/client'",
  },
];

/** @param {Pick<Peer, 'folder'>} peer */
export function manifestOf({ folder }) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}
