const { createWebSocketService } = require('everwire/core');
const { mattermostProtocol } = require('everwire/mattermost');
const { createFakeServer } = require('everwire/testing');

test('without a page', async () => {
  const server = createFakeServer();
  const service = createWebSocketService();
  const heard = [];
  service.event$('posted').subscribe(({ data }) => heard.push(data));
  service.connect({ url: server.url, WebSocket: server.WebSocket });
  await server.connected();
  expect(await service.request('ping')).toBe('pong');
  server.emit('posted', 'Hello');
  await service.request('ping');
  expect(heard).toEqual(['Hello']);
  expect(mattermostProtocol.name).toBe('mattermost');
  service.dispose();
  server.dispose();
});
