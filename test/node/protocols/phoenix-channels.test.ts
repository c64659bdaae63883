/** Phoenix channels against a scripted server, beside Phoenix's own client. */

import { joinChannel } from 'everwire/core';
import { Socket } from 'phoenix';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { phoenixChannels } from '../../../examples/protocols/channels.ts';
import { phoenixProtocol } from '../../../examples/protocols/phoenix-channels.ts';
import { eventually } from '../../support/patience.ts';
import { connect, connected, listen, rejection } from './support.ts';

type Message = readonly [
  join: string | null,
  ref: string | null,
  topic: string,
  event: string,
  payload: unknown,
];

/** Answers as Phoenix does: joins, leaves, heartbeats, and pushes to members, which are broadcast to the topic. */
async function serve() {
  const { http, host } = await listen();
  const sockets = new WebSocketServer({ server: http });
  const logs: string[][] = [];
  const members = new Map<WebSocket, Map<string, string | null>>();
  const banned = new Set<string>();

  const say = (socket: WebSocket, ...message: Message): void => socket.send(JSON.stringify(message));
  const broadcast = (topic: string, event: string, payload: unknown): void => {
    for (const [socket, joins] of members)
      if (joins.has(topic)) say(socket, joins.get(topic) ?? null, null, topic, event, payload);
  };

  sockets.on('connection', (socket, { url = '' }) => {
    const log = [new URL(url, 'http://h').searchParams.get('token') ?? ''];
    logs.push(log);
    const joins = new Map<string, string | null>();
    members.set(socket, joins);
    socket.on('close', () => members.delete(socket));
    socket.on('message', (raw) => {
      const [joinRef, ref, topic, event, payload]: Message = JSON.parse(String(raw));
      const reply = (status: string, response: unknown): void =>
        say(socket, joinRef, ref, topic, 'phx_reply', { status, response });
      if (event === 'heartbeat') return reply('ok', {});
      log.push(`${event} ${topic} ${JSON.stringify(payload)}`);
      if (event === 'phx_join' && banned.has(topic)) return reply('error', { reason: 'unauthorized' });
      if (event === 'phx_join') {
        joins.set(topic, joinRef);
        reply('ok', { joined: topic });
        return say(socket, joinRef, null, topic, 'state', { n: 1 });
      }
      if (!joins.has(topic)) return reply('error', { reason: 'unmatched topic' });
      if (event === 'phx_leave') {
        joins.delete(topic);
        reply('ok', {});
        return say(socket, joinRef, ref, topic, 'phx_close', {});
      }
      reply('ok', { echoed: payload });
      broadcast(topic, event, payload);
    });
  });
  return {
    url: `ws://${host}/socket/websocket`,
    host,
    logs,
    banned,
    broadcast,
    crash: (topic: string) => broadcast(topic, 'phx_error', {}),
    kill: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

const options = { token: 'tok' } as const;

function theirs(host: string) {
  const socket = new Socket(`ws://${host}/socket`, {
    transport: WebSocket,
    params: { token: 'tok' },
    reconnectAfterMs: () => 20,
    rejoinAfterMs: () => 20,
  });
  socket.connect();
  onTestFinished(() => void socket.disconnect());
  return socket;
}

it('gets the same events and replies as its own client, also after a killed link', async () => {
  const { url, host, logs, broadcast, kill } = await serve();
  const ours = connect(phoenixProtocol, url, options);
  await connected(ours);
  expect(await ours.service.request('room:1 phx_join', { as: 'ada' })).toEqual({ joined: 'room:1' });
  const got: unknown[] = [];
  const channel = theirs(host).channel('room:1', { as: 'ada' });
  for (const name of ['state', 'msg'])
    channel.on(name, (payload: unknown) => void got.push([`room:1 ${name}`, payload]));
  await new Promise((resolve) => channel.join().receive('ok', resolve));
  await eventually(() => expect(got).toHaveLength(1));
  const reply = await new Promise((resolve) => channel.push('msg', { n: 1 }).receive('ok', resolve));
  expect(await ours.service.request('room:1 msg', { n: 2 })).toEqual({ echoed: { n: 2 } });
  expect(reply).toEqual({ echoed: { n: 1 } });
  await eventually(() => expect(got).toHaveLength(3));
  kill();
  await eventually(() => expect(got).toHaveLength(4));
  await connected(ours);
  broadcast('room:1', 'msg', { n: 3 });
  await eventually(() => expect(got).toHaveLength(5));
  await eventually(() => expect(ours.events.map(({ event, data }) => [event, data])).toEqual(got));
  expect(ours.events.every(({ channel: topic }) => topic === 'room:1')).toBe(true);
  expect(logs.map(([token, join]) => `${token} ${join}`)).toEqual(
    logs.map(() => 'tok phx_join room:1 {"as":"ada"}'),
  );
});

it('tells what was missed only once the topics are joined again', async () => {
  const { url, logs, kill } = await serve();
  const ours = connect(phoenixProtocol, url, options);
  await connected(ours);
  for (const topic of ['a', 'b']) await ours.service.request(`${topic} phx_join`);
  const seen: string[] = [];
  ours.service.missed$.subscribe(({ reason }) => seen.push(reason, ...(logs.at(-1)?.slice(1) ?? [])));
  kill();
  await eventually(() => expect(seen).toEqual(['unknown', 'phx_join a {}', 'phx_join b {}']));
  // Both were answered before: a message is not refused for want of a membership.
  expect(await ours.service.request('b msg', {})).toEqual({ echoed: {} });
});

it('says so if a topic can not be joined, at first or again', async () => {
  const { url, banned, kill } = await serve();
  const ours = connect(phoenixProtocol, url, options);
  await connected(ours);
  banned.add('secret');
  expect(await rejection(ours.service.request('secret phx_join'))).toMatchObject({
    code: 'request-failed',
    details: { words: 'unauthorized', server: { reason: 'unauthorized' } },
  });
  await ours.service.request('room phx_join');
  banned.add('room');
  kill();
  await eventually(() =>
    expect(ours.events.at(-1)).toMatchObject({ event: 'room phx_error', data: { reason: 'unauthorized' } }),
  );
  await connected(ours);
});

it('leaves a topic, and hears nothing more of it', async () => {
  const { url, logs, broadcast, kill } = await serve();
  const ours = connect(phoenixProtocol, url, options);
  await connected(ours);
  await ours.service.request('room phx_join');
  await ours.service.request('room phx_leave');
  broadcast('room', 'msg', {});
  kill();
  await eventually(() => expect(logs).toHaveLength(2));
  await connected(ours);
  expect(logs[1]).toEqual(['tok']);
  expect(ours.events.map(({ event }) => event)).toEqual(['room state']);
});

it('joins a channel again that has crashed at the server', async () => {
  const { url, logs, crash } = await serve();
  const ours = connect(phoenixProtocol, url, options);
  await connected(ours);
  await ours.service.request('room phx_join');
  crash('room');
  await eventually(() => expect(logs[0]).toEqual(['tok', 'phx_join room {}', 'phx_join room {}']));
});

it('channels: joined once for each link, refused, and left', async () => {
  const { url, logs, banned, broadcast, kill, crash } = await serve();
  banned.add('secret');
  const ours = connect(phoenixProtocol, url, { ...options, channels: phoenixChannels });
  await connected(ours);
  const room = joinChannel(ours.service, 'room');
  const secret = joinChannel(ours.service, 'secret');
  await eventually(() => expect(room.getState().status).toBe('joined'));
  await eventually(() =>
    expect(secret.getState()).toMatchObject({ status: 'refused', error: { code: 'channel-refused' } }),
  );
  const got: unknown[] = [];
  ours.service.event$('room msg', { channel: 'room' }).subscribe(({ data }) => got.push(data));
  broadcast('room', 'msg', 1);
  await eventually(() => expect(got).toEqual([1]));
  const told: string[] = [];
  ours.service.missed$.subscribe(() => told.push(room.getState().status));
  kill();
  await eventually(() => expect(logs).toHaveLength(2));
  await eventually(() => expect(told).toEqual(['joined']));
  expect(logs[1]).toEqual(['tok', 'phx_join room {}']);
  crash('room');
  await eventually(() => expect(room.getState().status).toBe('refused'));
  room.retry();
  await eventually(() => expect(room.getState().status).toBe('joined'));
  room.leave();
  await eventually(() => expect(logs[1]?.at(-1)).toBe('phx_leave room {}'));
});
