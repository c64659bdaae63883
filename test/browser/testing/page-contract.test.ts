/** The fake server keeps its contract through the in-page socket, in a browser. */

import { testContract } from '../../node/testing/contract.ts';

testContract('in-page', (server) =>
  Promise.resolve({ url: server.url, WebSocket: server.WebSocket, close: () => Promise.resolve() }),
);
