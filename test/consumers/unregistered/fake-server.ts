/** A test that drives the fake server. */
import { createWebSocketService } from 'everwire/core';
import { createFakeServer, type FakeConnection, type FakeServer, FakeServerError } from 'everwire/testing';

export async function test(): Promise<void> {
  const server: FakeServer = createFakeServer({ handlers: { add: () => 3 } });
  const service = createWebSocketService();
  service.connect({ url: server.url, WebSocket: server.WebSocket, token: 'secret' });
  const connection: FakeConnection = await server.connected();
  server.emit('posted', { id: '1' });
  server.drop();
  const restore: () => void = server.installGlobal();
  restore();
  if (connection === null) throw new FakeServerError('timeout', 'never');
  server.dispose();
}
