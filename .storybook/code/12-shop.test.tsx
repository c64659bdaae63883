// @vitest-environment jsdom

import { render, screen } from '@testing-library/react';
import { createFakeServer } from 'everwire/testing';
import { afterEach, beforeEach, test } from 'vitest';
import { Shop } from './12-shop.tsx';

const server = createFakeServer({ url: 'wss://shop.example/ws' });
let uninstall = () => {};
beforeEach(() => {
  uninstall = server.installGlobal(); // `new WebSocket()` of this address, and of no other, reaches the fake
});
afterEach(() => uninstall());

test('the whole shop shows what its server says', async () => {
  render(<Shop />);
  await server.connected();
  server.emit('order_changed', { state: 'delivered' });
  await screen.findByText('delivered');
});
