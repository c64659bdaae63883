// A decorator for Storybook: the components below it talk to this server, and to no network.

import type { Decorator } from '@storybook/react-vite';
import { type IWebSocketConfig, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';

export function withFakeServer(server: FakeServer, config: Partial<IWebSocketConfig> = {}): Decorator {
  return (Story) => (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...config}>
      <Story />
    </WebSocketProvider>
  );
}
