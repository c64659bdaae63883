/** The server that docs/migrating.md recommends to those who come from Socket.IO serves old and new clients. */
import type { WebSocketConstructor } from 'everwire/core';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { runExample } from '../../support/example-server.ts';
import { nextEvent, record, untilState } from '../../support/service.ts';

it('the recipe for a hub beside Socket.IO serves both kinds of clients, and resumes ours', async () => {
  await using server = await runExample('examples/servers/recipes/socket-io.mjs', { path: '/live' });
  const theirs = io(`http://127.0.0.1:${server.port}`, {
    reconnectionDelay: 50,
    transports: ['websocket'],
  });
  onTestFinished(() => void theirs.disconnect());

  const sockets: WebSocket[] = [];
  class Watched extends WebSocket {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      sockets.push(this);
    }
  }
  const { service, missed } = record();
  service.connect({
    url: `${server.url}/live`,
    WebSocket: Watched as unknown as WebSocketConstructor,
    reconnectDelay: 50,
    reconnectJitter: 0,
    reconnectAttempts: Number.POSITIVE_INFINITY,
  });
  await untilState(service, ({ connectionId }) => connectionId !== null);
  if (!theirs.connected) await new Promise<void>((resolve) => void theirs.once('connect', () => resolve()));

  for (const say of [
    () => service.send('say', { text: 'Hello' }),
    () => theirs.emit('say', { text: 'Hello' }),
  ]) {
    const here = nextEvent(service, 'posted');
    const there = new Promise((resolve) => void theirs.once('posted', resolve));
    say();
    const { data } = await here;
    expect(data).toMatchObject({ text: 'Hello' });
    expect(await there).toEqual(data);
  }
  expect(await service.request('add', { a: 20, b: 22 })).toBe(42);
  expect(await theirs.timeout(5_000).emitWithAck('add', { a: 20, b: 22 })).toBe(42);

  const whileAway = nextEvent(service, 'posted');
  sockets.at(-1)?.terminate();
  theirs.emit('say', { text: 'While you were away' });
  expect((await whileAway).data).toMatchObject({ text: 'While you were away' });
  expect(sockets).toHaveLength(2);
  expect(missed).toEqual([]);
});
