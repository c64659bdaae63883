// @vitest-environment jsdom

import { render, screen } from '@testing-library/react';
import { WebSocketProvider } from 'everwire';
import { createFakeServer } from 'everwire/testing';
import { expect, test } from 'vitest';
import { OrderStatus } from './12-order-status.tsx';

test('an order is followed over a link that breaks', async () => {
  let isSignedIn = true;
  const server = createFakeServer({ token: () => isSignedIn });
  render(
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token="some-token"
      auth="message"
      reconnectDelay={10}
      reconnectJitter={0}
    >
      <OrderStatus />
    </WebSocketProvider>,
  );

  // It connects.
  await server.connected();
  await screen.findByText('received');

  // An event comes.
  server.emit('order_changed', { state: 'packed' });
  await screen.findByText('packed');

  // The link is lost, and the page says so.
  server.drop();
  await screen.findByText(/Connection lost/);

  // What is sent meanwhile is replayed when the link is back.
  server.emit('order_changed', { state: 'on its way' });
  await screen.findByText('on its way');
  expect(screen.queryByText(/Connection lost/)).toBeNull();

  // The session ends: the server closes with 4401, and refuses the token that it is asked with again.
  isSignedIn = false;
  server.close(4401, 'signed out');
  await screen.findByText('Please sign in again.');
  expect(server.socketCount).toBe(0);
});
