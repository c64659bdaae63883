import { createWebSocketService, useConnectionStatus, WebSocketProvider } from 'everwire';
import { vendorBackoff } from 'everwire/core';
import { WebSocketDevtools } from 'everwire/devtools';
import { type MattermostEvents, mattermostProtocol } from 'everwire/mattermost';
import { createFakeServer } from 'everwire/testing';

declare const require: (name: string) => { createWebSocketService: unknown };

export type Names = keyof MattermostEvents;

export function App() {
  return (
    <WebSocketProvider url="/ws" protocol={mattermostProtocol} backoff={vendorBackoff}>
      <Status />
      <WebSocketDevtools />
    </WebSocketProvider>
  );
}

function Status() {
  return <p>{useConnectionStatus()}</p>;
}

const server = createFakeServer();
const service = createWebSocketService();
service.connect({ url: server.url, WebSocket: server.WebSocket });
server.connected().then(() => {
  console.log(
    require('everwire').createWebSocketService === createWebSocketService ? 'one copy' : 'two copies',
    App.name === '' ? '' : 'connected',
  );
  service.dispose();
  server.dispose();
});
