/** @jest-environment jsdom */
const { act, render, screen } = require('@testing-library/react');
const {
  createWebSocketService,
  useConnectionStatus,
  useWsEvent,
  useWsStream,
  WebSocketProvider,
} = require('everwire');
const { WebSocketDevtools } = require('everwire/devtools');
const { createFakeServer } = require('everwire/testing');
const { createElement: h } = require('react');

let server;
beforeEach(() => {
  server = createFakeServer();
  for (const level of ['warn', 'error']) jest.spyOn(console, level);
});
afterEach(() => {
  server.dispose();
  expect(console.error).not.toHaveBeenCalled();
  expect(console.warn).not.toHaveBeenCalled();
});

function Page() {
  const posted = useWsEvent('posted');
  const streamed = useWsStream('posted', undefined, [], undefined);
  return h('p', null, `${useConnectionStatus()}: ${posted ? posted.data : 'nothing'}${streamed ? '' : '?'}`);
}

const app = (more) =>
  h(
    WebSocketProvider,
    { url: server.url, WebSocket: server.WebSocket, ...more },
    h(Page),
    h(WebSocketDevtools),
  );

test('an event is shown, and React has no complaints', async () => {
  render(app());
  await server.connected();
  server.emit('posted', 'Hello');
  await screen.findByText(/connected: Hello/);
});

test('an async act contains it', async () => {
  render(app());
  await act(async () => void (await server.connected()));
  await act(async () => server.emit('posted', 'Hello'));
  screen.getByText(/connected: Hello/);
});

test('fake timers, which replace queueMicrotask too', async () => {
  jest.useFakeTimers();
  render(app({ reconnectJitter: 0 }));
  await act(() => jest.advanceTimersByTimeAsync(100));
  screen.getByText(/connected: nothing/);
  server.drop();
  await act(() => jest.advanceTimersByTimeAsync(100));
  screen.getByText(/reconnecting/);
  await act(() => jest.advanceTimersByTimeAsync(5_000));
  screen.getByText(/connected/);
  jest.useRealTimers();
});

test('a service of one entry is one of the other', async () => {
  const core = require('everwire/core');
  expect(core.createWebSocketService).toBe(createWebSocketService);
  render(app({ service: core.websocketService }));
  await act(async () => void (await server.connected()));
  screen.getByText(/connected/);
});
