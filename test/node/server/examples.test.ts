/** The servers of the examples, and of the chat in the stories, run on a hub and serve the package's client. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { joinChannel, type WebSocketConstructor } from 'everwire/core';
import * as library from 'everwire/server';
import { expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { startChatOnHub } from '../../../stories/demo/chat-on-hub.mjs';
import { runExample } from '../../support/example-server.ts';
import { eventually } from '../../support/patience.ts';
import { nextEvent, type Recorded, record, untilState } from '../../support/service.ts';

async function connect(url: string, token?: string): Promise<Recorded> {
  const recorded = record();
  const config = { url, WebSocket: WebSocket as unknown as WebSocketConstructor };
  recorded.service.connect(token === undefined ? config : { ...config, token });
  await untilState(recorded.service, ({ connectionId }) => connectionId !== null);
  return recorded;
}

/** Waits until the client has had this event. */
async function untilHeard({ events }: Recorded, event: string, data: unknown): Promise<void> {
  await vi.waitFor(() => expect(events).toContainEqual(expect.objectContaining({ event, data })), {
    timeout: 20_000,
    interval: 5,
  });
}

it('the chat of examples/vite-chat tells who is there, checks what is said, and passes it on', async () => {
  await using server = await runExample('examples/vite-chat/server.mjs');
  const ann = await connect(`${server.url}/?name=Ann`);
  const room = { room: 'general' };
  expect(await ann.service.request('history', room)).toEqual([]);
  await untilHeard(ann, 'people', { names: ['Ann'] });
  const ben = await connect(`${server.url}/?name=Ben`);
  await untilHeard(ann, 'people', { names: ['Ann', 'Ben'] });
  const [hers, his] = [ann, ben].map(({ service }) => joinChannel(service, 'room:general'));
  joinChannel(ann.service, 'room:help');
  await eventually(() =>
    expect([hers, his].map((room) => room?.getState().status)).toEqual(['joined', 'joined']),
  );
  const posted = nextEvent(ann.service, 'posted');
  await his?.request('say', { text: ' Hello ' });
  expect(await posted).toMatchObject({ channel: 'room:general', data: { name: 'Ben', text: 'Hello' } });
  expect(await ann.service.request('history', room)).toMatchObject([{ name: 'Ben', text: 'Hello' }]);
  expect(await ann.service.request('history', { room: 'help' })).toEqual([]);
  await expect(his?.request('say', { text: ' ' })).rejects.toMatchObject({ code: 'request-failed' });
});

it('the board of examples/next-app is an event of each new session', async () => {
  await using server = await runExample('examples/next-app/server.mjs');
  const { service } = await connect(server.url);
  const board = nextEvent(service, 'board');
  service.send('watch');
  expect((await board).data).toHaveLength(6);
  const announced = nextEvent(service, 'announced');
  service.send('announce', { text: ' The train is late. ' });
  expect((await announced).data).toMatchObject({ text: 'The train is late.' });
});

it('the chat of the stories tells who is there and who is typing, but not the typist', async () => {
  const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(sockets, 'listening');
  const chat = startChatOnHub(library, sockets);
  onTestFinished(() => {
    chat.stop();
    sockets.close();
  });
  const url = `ws://127.0.0.1:${(sockets.address() as AddressInfo).port}`;
  const ada = await connect(url, 'Ada');
  expect(await ada.service.request('get_history')).toMatchObject({ posts: [{ user: 'Mira' }, {}, {}] });
  await untilHeard(ada, 'presence', { users: ['Ada', 'Mira', 'Jonas', 'Aiko'] });
  const bob = await connect(url, 'Bob');
  const typing = nextEvent(bob.service, 'typing');
  const posted = nextEvent(bob.service, 'posted');
  ada.service.send('user_typing', {});
  ada.service.send('post_message', { text: 'Hello' });
  expect((await typing).data).toEqual({ user: 'Ada' });
  expect((await posted).data).toMatchObject({ user: 'Ada', text: 'Hello' });
  await untilHeard(ada, 'posted', (await posted).data);
  expect(ada.events.map(({ event }) => event)).not.toContain('typing');
});
