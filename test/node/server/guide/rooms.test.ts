/** The rooms of docs/hub.md: who is a member gets what is said there, until the membership ends. */
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { dial } from '../../../support/hub.ts';
import { hub, removeMember } from './rooms.ts';

let server: WebSocketServer;
let url: string;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0 }).on('connection', hub.accept);
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(() => {
  hub.close();
  server.close();
});

async function enter(token: string) {
  const client = dial(url, { token });
  await client.next();
  client.send({ event: 'join', data: { channels: [{ name: 'room:42' }] }, seq: 1 });
  const reply = (await client.until((frame) => frame['seq_reply'] === 1)).at(-1);
  return { client, reply };
}

it('lets members in, carries what they say, and ends with the membership', async () => {
  const ada = await enter('ada');
  const bob = await enter('bob');
  const eve = await enter('eve');
  expect(ada.reply).toMatchObject({ data: { channels: [{ status: 'joined' }] } });
  expect(eve.reply).toMatchObject({ data: { channels: [{ status: 'refused' }] } });

  ada.client.send({ event: 'say', data: { text: 'hi' }, channel: 'room:42', seq: 2 });
  expect(await bob.client.next()).toMatchObject({
    event: 'posted',
    data: { text: 'hi' },
    channel: 'room:42',
  });

  await removeMember('room:42', 'bob');
  expect(await bob.client.next()).toMatchObject({ event: 'left', channel: 'room:42' });
});
