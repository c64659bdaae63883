/** Socket.IO 5 against the server of socket.io, beside socket.io-client. */

import { joinChannel } from 'everwire/core';
import { Server, type Socket } from 'socket.io';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { socketIoRooms } from '../../../examples/protocols/channels.ts';
import { socketIoProtocol } from '../../../examples/protocols/socket-io.ts';
import { eventually } from '../../support/patience.ts';
import { connect, connected, listen } from './support.ts';

async function serve(options: object = { connectionStateRecovery: {} }) {
  const { http, host } = await listen();
  const server = new Server(http, { transports: ['websocket'], ...options });
  onTestFinished(() => void server.close());
  const log: unknown[] = [];
  const sockets: Socket[] = [];
  server.use((socket, next) =>
    next(socket.handshake.auth['token'] === 'tok' ? undefined : new Error('who?')),
  );
  server.on('connection', (socket) => {
    sockets.push(socket);
    socket.onAny((...args) => log.push(args.filter((arg) => typeof arg !== 'function')));
    socket.on('add', (a: number, b: number, answer: (sum: number) => void) => answer(a + b));
    socket.on('bytes', (data: unknown, answer: (data: unknown) => void) =>
      answer({ got: data, more: Buffer.from([9]) }),
    );
  });
  return {
    url: `http://${host}/socket.io/`,
    host,
    server,
    log,
    sockets,
    kill: () => {
      for (const { conn } of sockets)
        (conn.transport as unknown as { readonly socket: { terminate(): void } }).socket.terminate();
    },
  };
}

const options = { token: 'tok', auth: 'message' } as const;

function theirs(host: string) {
  const socket = io(`http://${host}`, {
    transports: ['websocket'],
    auth: { token: 'tok' },
    reconnectionDelay: 20,
    randomizationFactor: 0,
  });
  onTestFinished(() => void socket.disconnect());
  const got: unknown[] = [];
  // Its listeners get the server's place in the log as a last argument; that is left out here.
  socket.onAny((event: string, ...args: unknown[]) => got.push([event, args[0]]));
  return { socket, got };
}

it('sends the same and gets the same replies as its own client', async () => {
  const { url, host, log } = await serve();
  const ours = connect(socketIoProtocol, url, options);
  await connected(ours);
  const { socket } = theirs(host);
  ours.service.send('move', { x: 1 });
  ours.service.send('said', ['a', 2]);
  ours.service.send('empty');
  await eventually(() => expect(log).toHaveLength(3));
  socket.emit('move', { x: 1 });
  socket.emit('said', 'a', 2);
  socket.emit('empty');
  await eventually(() => expect(log).toHaveLength(6));
  expect(log.slice(0, 3)).toEqual(log.slice(3));
  expect(await ours.service.request('add', [20, 22])).toBe(await socket.emitWithAck('add', 20, 22));
  const data = { deep: [{ bytes: new Uint8Array([1, 2, 3]).subarray(1) }] };
  const bytesOf = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (_, one: unknown) =>
        one instanceof ArrayBuffer
          ? [...new Uint8Array(one)]
          : ArrayBuffer.isView(one)
            ? [...new Uint8Array(one.buffer, one.byteOffset, one.byteLength)]
            : one,
      ),
    );
  const reply = bytesOf(await ours.service.request('bytes', data));
  expect(reply).toMatchObject({ more: [9] });
  expect(log.at(-1)).toEqual(['bytes', { deep: [{ bytes: Buffer.from([2, 3]) }] }]);
  expect(ours.errors).toEqual([]);
});

it('gets the same events in the same order, and none is missing after a killed link', async () => {
  const { url, host, server, sockets, kill } = await serve();
  const ours = connect(socketIoProtocol, url, options);
  const { socket, got } = theirs(host);
  await connected(ours);
  await eventually(() => expect(sockets).toHaveLength(2));
  server.emit('a', { n: 1 });
  server.emit('b', 'text');
  server.emit('bytes', Buffer.from([1, 2]));
  await eventually(() => expect(got).toHaveLength(3));
  kill();
  await eventually(() => expect(socket.connected || ours.service.isConnected()).toBe(false));
  // While nobody is there.
  for (let n = 2; n < 6; n += 1) server.emit('a', { n });
  await eventually(() => expect(got).toHaveLength(7));
  server.emit('a', { n: 6 });
  await eventually(() => expect(got).toHaveLength(8));
  const plain = (data: unknown): unknown =>
    data instanceof ArrayBuffer || data instanceof Uint8Array ? [...new Uint8Array(data)] : data;
  await eventually(() =>
    expect(ours.events.map(({ event, data }) => [event, plain(data)])).toEqual(
      got.map((one) => (one as unknown[]).map(plain)),
    ),
  );
  expect(socket.recovered).toBe(true);
  expect(ours.missed).toEqual([]);
});

it('tells what was missed where the server could not recover the session', async () => {
  const { url, server, kill } = await serve({ connectionStateRecovery: { maxDisconnectionDuration: 0 } });
  const ours = connect(socketIoProtocol, url, options);
  await connected(ours);
  server.emit('a', 1);
  await eventually(() => expect(ours.events).toHaveLength(1));
  kill();
  await eventually(() => expect(ours.missed.map(({ reason }) => reason)).toEqual(['new-session']));
  server.emit('a', 2);
  await eventually(() => expect(ours.events).toHaveLength(2));
});

it('tells so after each link, where the server recovers none', async () => {
  const { url, kill } = await serve({});
  const ours = connect(socketIoProtocol, url, options);
  await connected(ours);
  kill();
  await eventually(() => expect(ours.missed.map(({ reason }) => reason)).toEqual(['unknown']));
});

it('acknowledges what the server wants to be acknowledged', async () => {
  const { url, sockets } = await serve();
  const ours = connect(socketIoProtocol, url, options);
  await connected(ours);
  ours.service.event$('ask').subscribe(({ data }) => {
    const { id, data: n } = data as { readonly id: number; readonly data: number };
    ours.service.send('socket.io ack', { id, data: n * 2 });
  });
  expect(await sockets[0]?.timeout(5_000).emitWithAck('ask', 21)).toBe(42);
});

it('is refused as its own client is: with another token, and when the server ends the link', async () => {
  const { url, sockets } = await serve();
  const refused = connect(socketIoProtocol, url, { ...options, token: 'wrong' });
  await eventually(() =>
    expect(refused.service.store.getState()).toMatchObject({
      reason: 'unauthorized',
      lastClose: { reason: 'who?' },
    }),
  );
  expect(refused.statuses).not.toContain('connected');
  const ended = connect(socketIoProtocol, url, { ...options, closePolicy: () => 'fatal' });
  await connected(ended);
  sockets[0]?.disconnect();
  await eventually(() =>
    expect(ended.service.store.getState()).toMatchObject({
      reason: 'fatal-close',
      lastClose: { code: 1000 },
    }),
  );
});

it('leaves a server whose heartbeat has stopped', async () => {
  const { http, host } = await listen();
  let links = 0;
  new WebSocketServer({ server: http }).on('connection', (socket) => {
    links += 1;
    socket.send('0{"sid":"e","pingInterval":50,"pingTimeout":50,"upgrades":[],"maxPayload":1000000}');
    socket.on('message', (raw) => String(raw).startsWith('40') && socket.send('40{"sid":"s"}'));
  });
  const ours = connect(socketIoProtocol, `http://${host}`, options);
  await connected(ours);
  await eventually(() => expect(links).toBeGreaterThan(1));
  expect(ours.service.store.getState().lastClose?.code).toBe(4000);
});

it('channels are rooms: a recovered session has them already', async () => {
  const { url, server, log, kill } = await serve();
  server.on('connection', (socket) => {
    socket.on('join', (room: string, answer: () => void) => {
      void socket.join(room);
      answer();
    });
    socket.on('leave', (room: string) => void socket.leave(room));
  });
  const ours = connect(socketIoProtocol, url, { ...options, channels: socketIoRooms });
  await connected(ours);
  const room = joinChannel(ours.service, 'a');
  await eventually(() => expect(room.getState().status).toBe('joined'));
  const got: unknown[] = [];
  ours.service.event$('posted', { channel: 'a' }).subscribe(({ data }) => got.push(data));
  server.to('a').emit('posted', { room: 'a', n: 1 });
  server.to('b').emit('posted', { room: 'b', n: 2 });
  await eventually(() => expect(got).toEqual([{ room: 'a', n: 1 }]));
  kill();
  await eventually(() => expect(room.getState().status).toBe('waiting'));
  await connected(ours);
  server.to('a').emit('posted', { room: 'a', n: 3 });
  await eventually(() => expect(got).toHaveLength(2));
  expect(log).toEqual([['join', 'a']]);
  room.leave();
  await eventually(() =>
    expect(log).toEqual([
      ['join', 'a'],
      ['leave', 'a'],
    ]),
  );
});
