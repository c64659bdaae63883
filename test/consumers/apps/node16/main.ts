import { useWsEvent } from 'everwire';
import { createWebSocketService, WebSocketServiceError, websocketService } from 'everwire/core';
import { mattermostProtocol } from 'everwire/mattermost';
import { createFakeServer } from 'everwire/testing';

import devtools = require('everwire/devtools');

async function main() {
  const server = createFakeServer();
  const service = createWebSocketService();
  service.connect({ url: server.url, WebSocket: server.WebSocket });
  await server.connected();
  const reply: unknown = await service.request('ping');
  const imported = await import('everwire');
  const isOne = imported.websocketService === websocketService && imported.useWsEvent === useWsEvent;
  const error = await service.request('nobody').catch((thrown: unknown) => thrown);
  console.log(
    reply,
    isOne ? 'one copy' : 'two copies',
    mattermostProtocol.name,
    typeof devtools.WebSocketDevtools,
    error instanceof imported.WebSocketServiceError && error instanceof WebSocketServiceError,
    error instanceof Error ? error.message : '',
  );
  service.dispose();
  server.dispose();
}

void main();
