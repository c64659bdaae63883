// The Storybook decorator of docs/testing.md: a server for each story.

import type { Preview } from '@storybook/react-vite';
import { WebSocketProvider } from 'everwire';
import { createFakeServer } from 'everwire/testing';

export const withFakeServer = {
  loaders: [({ parameters }) => ({ server: createFakeServer(parameters['fakeServer']) })],
  beforeEach:
    ({ loaded }) =>
    () =>
      loaded['server'].dispose(),
  decorators: [
    (Story, { loaded: { server } }) => (
      <WebSocketProvider url={server.url} WebSocket={server.WebSocket}>
        <Story />
      </WebSocketProvider>
    ),
  ],
} satisfies Preview;
