/** The fake server keeps its contract through the in-page socket, in Node. */

import { testContract } from './contract.ts';

testContract('in-page', (server) =>
  Promise.resolve({ url: server.url, WebSocket: server.WebSocket, close: () => Promise.resolve() }),
);
