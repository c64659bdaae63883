// `npm install everwire uNetworking/uWebSockets.js#v20.67.0`, then `node uwebsockets.mjs`. It is not on npm.

import { App } from 'uWebSockets.js';
import { EventEmitter } from 'node:events';
import { hub } from './realtime.mjs';

/** A socket as the hub knows it. That of uWebSockets throws if it is used after its end. */
function adapt(ws) {
  const events = new EventEmitter();
  let isOpen = true;
  events.once('close', () => {
    isOpen = false;
  });
  return {
    events,
    on: (event, listener) => events.on(event, listener),
    get bufferedAmount() {
      return isOpen ? ws.getBufferedAmount() : 0;
    },
    send: (text) => isOpen && ws.send(text),
    close: (code, reason) => isOpen && ws.end(code, reason),
    terminate: () => isOpen && ws.close(),
    ping: () => isOpen && ws.ping(),
  };
}

App()
  .ws('/live', {
    // Larger than the hub's own limit, which has a close code.
    maxPayloadLength: 128 * 1024,
    // No limit: above one, uWebSockets drops frames, which to the client are missing events. The hub cuts slow clients.
    maxBackpressure: 0,
    // The hub pings.
    sendPingsAutomatically: false,
    upgrade(response, request, context) {
      const headers = {};
      request.forEach((name, value) => {
        headers[name] = value;
      });
      const [protocol = ''] = (headers['sec-websocket-protocol'] ?? '').split(',');
      response.upgrade(
        { request: { url: `${request.getUrl()}?${request.getQuery()}`, headers } },
        headers['sec-websocket-key'] ?? '',
        protocol.trim(),
        headers['sec-websocket-extensions'] ?? '',
        context,
      );
    },
    open(ws) {
      const data = ws.getUserData();
      data.socket = adapt(ws);
      hub.accept(data.socket, data.request);
    },
    // Copied: uWebSockets empties the buffer when this function returns.
    message: (ws, data, isBinary) =>
      ws.getUserData().socket.events.emit('message', Buffer.from(data).toString(), isBinary),
    pong: (ws) => ws.getUserData().socket.events.emit('pong'),
    close: (ws) => ws.getUserData().socket.events.emit('close'),
  })
  .listen(Number(process.env.PORT ?? 8080), (isListening) => {
    if (!isListening) throw new Error('The port is in use.');
  });

process.on('SIGTERM', async () => {
  await hub.drain();
  process.exit(0);
});
