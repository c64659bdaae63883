// The contract through the in-page door, in Node.

import { testContract } from './contract.ts';

testContract('in-page', (server) =>
  Promise.resolve({ url: server.url, WebSocket: server.WebSocket, close: () => Promise.resolve() }),
);
