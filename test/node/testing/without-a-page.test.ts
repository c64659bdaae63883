/** A test that needs no page, as docs/testing.md says. */

import { createWebSocketService } from 'everwire/core';
import { createFakeServer } from 'everwire/testing';
import { expect, test } from 'vitest';

test('hears what is sent, and has missed nothing after a drop', async () => {
  const server = createFakeServer();
  const service = createWebSocketService();
  const heard: unknown[] = [];
  service.event$('posted').subscribe(({ data }) => heard.push(data));
  service.connect({ url: server.url, WebSocket: server.WebSocket, reconnectDelay: 0, reconnectJitter: 0 });

  const first = await server.connected();
  expect(await service.request('ping')).toBe('pong');
  first.drop();
  server.emit('posted', 'sent meanwhile');
  await expect.poll(() => heard).toEqual(['sent meanwhile']);

  service.dispose();
  server.dispose();
});
