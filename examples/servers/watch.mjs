// `npm install everwire ws rxjs`, then `node watch.mjs 8081 8082`: says something every second, and prints what is heard.
import { createWebSocketService } from 'everwire/core';
import { WebSocket } from 'ws';

const ports = process.argv.slice(2);
let attempts = 0;
const service = createWebSocketService();
service.events$.subscribe(({ seq, event, data }) => console.log(seq, event, JSON.stringify(data)));
service.missed$.subscribe(({ reason }) => console.log('missed', reason));
service.errors$.subscribe((error) => console.log(error.message));
service.store.subscribe(({ status }, before) => {
  if (status !== before.status) console.log(status);
});
service.connect({
  // In place of a load balancer: another process at each attempt.
  url() {
    const port = ports[attempts % ports.length];
    attempts += 1;
    return `ws://localhost:${port}/live`;
  },
  token: 'secret',
  WebSocket, // Node has one of its own from version 22
});
setInterval(() => service.send('say', { text: new Date().toISOString() }), 1000);
