/** STOMP against the broker of stomp-broker-js, beside the client of @stomp/stompjs. */
import { Client } from '@stomp/stompjs';
import { joinChannel } from 'everwire/core';
import StompServer from 'stomp-broker-js';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { stompChannels } from '../../../examples/protocols/channels.ts';
import { stompProtocol } from '../../../examples/protocols/stomp.ts';
import { eventually } from '../../support/patience.ts';
import { connect, connected, listen } from './support.ts';

async function serve() {
  const { http, host } = await listen();
  const broker = new StompServer({ server: http, path: '/stomp', heartbeat: [10_000, 10_000] });
  const log: unknown[] = [];
  const sockets = new Set<{ terminate(): void }>();
  broker.on('subscribe', ({ topic, socket }) => {
    log.push(`subscribe ${topic}`);
    if (socket) sockets.add(socket);
  });
  broker.on('unsubscribe', ({ topic }) => log.push(`unsubscribe ${topic}`));
  broker.on('send', ({ dest, frame }) => log.push([dest, frame.body]));
  broker.on('connected', (_, headers) => log.push(`connected ${headers['passcode']}`));
  return {
    url: `ws://${host}/stomp`,
    broker,
    log,
    kill: () => {
      for (const socket of sockets) socket.terminate();
      sockets.clear();
    },
  };
}

const options = { token: 'tok', auth: 'message' } as const;

function theirs(url: string, destination: string) {
  const got: unknown[] = [];
  const client = new Client({
    webSocketFactory: () => new WebSocket(url, ['v12.stomp', 'v11.stomp']),
    reconnectDelay: 20,
    onConnect: () => client.subscribe(destination, ({ body }) => got.push(body)),
  });
  client.activate();
  onTestFinished(() => client.deactivate({ force: true }));
  return { client, got };
}

it('gets the same messages in the same order as its own client, also after a killed link', async () => {
  const { url, broker, log, kill } = await serve();
  const ours = connect(stompProtocol, url, options);
  await connected(ours);
  ours.service.send('subscribe', { destination: '/topic/a' });
  const { client, got } = theirs(url, '/topic/a');
  const subscribed = (times: number): void =>
    expect(log.filter((line) => line === 'subscribe /topic/a')).toHaveLength(times);
  await eventually(() => subscribed(2));
  for (const text of ['one', 'two', 'three:\n\n4']) broker.send('/topic/a', {}, text);
  await eventually(() => expect(got).toHaveLength(3));
  kill();
  await eventually(() => subscribed(4));
  broker.send('/topic/a', {}, 'five');
  await eventually(() => expect(got).toHaveLength(4));
  await eventually(() => expect(ours.events.map(({ data }) => data)).toEqual(got));
  expect(ours.events.every(({ event }) => event === '/topic/a')).toBe(true);
  expect(ours.missed.map(({ reason }) => reason)).toEqual(['unknown']);
  expect(client.connected).toBe(true);
});

it('sends as its own client does', async () => {
  const { url, log } = await serve();
  const ours = connect(stompProtocol, url, options);
  await connected(ours);
  expect(log).toEqual(['connected tok']);
  const { client, got } = theirs(url, '/topic/b');
  await eventually(() => expect(log).toContain('subscribe /topic/b'));
  ours.service.send('/topic/b', 'text');
  ours.service.send('/topic/b', { n: 1 });
  await eventually(() => expect(got.map(String)).toEqual(['text', '{"n":1}']));
  client.publish({ destination: '/topic/b', body: 'text' });
  await eventually(() => expect(log.filter((line) => Array.isArray(line)).map(String)).toHaveLength(3));
});

it('gets JSON parsed, and nothing more once it has unsubscribed', async () => {
  const { url, broker, log } = await serve();
  const ours = connect(stompProtocol, url, options);
  await connected(ours);
  ours.service.send('subscribe', { destination: '/topic/j' });
  await eventually(() => expect(log).toContain('subscribe /topic/j'));
  broker.send('/topic/j', { 'content-type': 'application/json' }, '{"n":[1,2]}');
  await eventually(() => expect(ours.events.map(({ data }) => data)).toEqual([{ n: [1, 2] }]));
  ours.service.send('unsubscribe', { destination: '/topic/j' });
  await eventually(() => expect(log).toContain('unsubscribe /topic/j'));
});

it('reads several frames and heartbeats in one message, escapes, receipts and errors', async () => {
  const { http, host } = await listen();
  const heard: string[] = [];
  new WebSocketServer({ server: http, handleProtocols: () => 'v12.stomp' }).on('connection', (socket) => {
    socket.on('message', (raw) => {
      const [command = ''] = String(raw).split('\n');
      heard.push(command);
      if (command === 'CONNECT') socket.send('CONNECTED\nversion:1.2\nheart-beat:0,20\n\n\0');
      const receipt = /receipt:(\d+)/.exec(String(raw))?.[1];
      if (receipt && /destination:\/b/.test(String(raw))) socket.send(`RECEIPT\nreceipt-id:${receipt}\n\n\0`);
      else if (receipt) socket.send(`ERROR\r\nreceipt-id:${receipt}\r\nmessage:no\\cthanks\r\n\r\nbecause\0`);
      if (command === 'SEND' && !receipt)
        socket.send(
          Buffer.from(
            '\nMESSAGE\ndestination:/a\\cb\ndestination:/second\n\n1\0\n\nMESSAGE\ndestination:/a\\cb\n\n2\0\n',
          ),
        );
    });
  });
  const ours = connect(stompProtocol, `ws://${host}`, options);
  await connected(ours);
  ours.service.send('/a');
  await eventually(() =>
    expect(ours.events.map(({ event, data }) => [event, data])).toEqual([
      ['/a:b', '1'],
      ['/a:b', '2'],
    ]),
  );
  expect(await ours.service.request('/b', 'text')).toBeUndefined();
  await expect(ours.service.request('/a')).rejects.toMatchObject({
    code: 'request-failed',
    details: { words: 'no:thanks' },
  });
});

it('channels: subscribed to once for each link, and left', async () => {
  const { url, broker, log, kill } = await serve();
  const ours = connect(stompProtocol, url, { ...options, channels: stompChannels });
  await connected(ours);
  const channel = joinChannel(ours.service, '/topic/a');
  const subscribed = (times: number): void =>
    expect(log.filter((line) => line === 'subscribe /topic/a')).toHaveLength(times);
  await eventually(() => subscribed(1));
  const got: unknown[] = [];
  ours.service.event$('/topic/a', { channel: '/topic/a' }).subscribe(({ data }) => got.push(data));
  broker.send('/topic/a', {}, 'one');
  await eventually(() => expect(got).toEqual(['one']));
  kill();
  await eventually(() => subscribed(2));
  await connected(ours);
  await eventually(() => expect(channel.getState().status).toBe('joined'));
  broker.send('/topic/a', {}, 'two');
  await eventually(() => expect(got).toEqual(['one', 'two']));
  subscribed(2);
  channel.leave();
  await eventually(() => expect(log.at(-1)).toMatch(/^unsubscribe/));
});
