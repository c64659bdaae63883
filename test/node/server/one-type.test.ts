/** A server and a client of one type, as docs/hub.md says. For what does not compile, see test/types. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createWebSocketService, type WebSocketConstructor } from 'everwire/core';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import type { App } from '../../types/registered/shared/app.ts';
import { hub } from '../../types/registered/shared/realtime.ts';

it('a hub and a service of one type speak with each other, and schemas check what the client sends', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }).on('connection', hub.accept);
  await once(server, 'listening');
  const service = createWebSocketService<App>();
  onTestFinished(() => {
    service.dispose();
    hub.close();
    server.close();
  });
  const posted = new Promise<App['events']['posted']>((resolve) => {
    service.event$('posted').subscribe(({ data }) => resolve(data));
  });
  service.connect({
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: 'secret',
    WebSocket: WebSocket as unknown as WebSocketConstructor,
  });
  await service.whenConnected();
  // The schema removes the spaces.
  service.send('say', { text: ' Hello ' });
  expect(await posted).toEqual({ id: expect.any(String), from: 'Ada', text: 'Hello' });
  expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
  const wrong = service.request('add', JSON.parse('{"a":1,"b":"2"}'));
  await expect(wrong).rejects.toMatchObject({
    code: 'request-failed',
    details: expect.objectContaining({ server: expect.objectContaining({ id: 'invalid-data' }) }),
  });
});
