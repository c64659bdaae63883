/** MessagePack both ways, against a server and beside a client that use @msgpack/msgpack themselves. */
import { decode, encode } from '@msgpack/msgpack';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { messagePackProtocol } from '../../../examples/protocols/message-pack.ts';
import { eventually } from '../../support/patience.ts';
import { connect, connected, listen, rejection } from './support.ts';

const options = { useBigInt64: true } as const;
const values = {
  bytes: new Uint8Array([1, 2, 3]),
  at: new Date(1_700_000_000_123),
  id: 9_007_199_254_740_993n,
  list: [1n, -1.5, null, true, 'ü'],
};

/** A session of numbered events, which can be resumed. */
async function serve() {
  const { http, host } = await listen();
  const sockets = new WebSocketServer({ server: http, handleProtocols: () => 'message-pack.v1' });
  const received: unknown[] = [];
  const kept: Uint8Array[] = [];
  const urls: string[] = [];
  const publish = (name: string, data: unknown): void => {
    const frame = encode({ e: name, d: data, n: kept.length }, options).slice();
    kept.push(frame);
    for (const socket of sockets.clients) socket.send(frame);
  };
  publish('hello', 'session-1');
  sockets.on('connection', (socket, { url = '' }) => {
    urls.push(url);
    const next = new URL(url, 'http://h').searchParams.get('next');
    for (const frame of kept.slice(Number(next ?? 0))) socket.send(frame);
    // The greeting is repeated, so that the client knows what it has resumed.
    if (next !== null) socket.send(encode({ e: 'hello', d: 'session-1' }));
    socket.on('message', (raw: Buffer, isBinary) => {
      expect(isBinary).toBe(true);
      const { e, d, i } = decode(new Uint8Array(raw), options) as {
        readonly e: string;
        readonly d: unknown;
        readonly i?: bigint;
      };
      received.push([e, d]);
      if (i === undefined) return;
      if (e === 'fail') return socket.send(encode({ r: i, x: 'no' }, options));
      if (e !== 'count') return socket.send(encode({ r: i, d }, options));
      for (const part of [1, 2]) socket.send(encode({ r: i, d: part, more: true }, options));
      socket.send(encode({ r: i }, options));
    });
  });
  return {
    url: `ws://${host}/`,
    received,
    urls,
    publish,
    kill: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

it('gets the values that a client with the same package gets, also after a killed link', async () => {
  const { url, urls, publish, kill } = await serve();
  const ours = connect(messagePackProtocol, url, { auth: 'none' });
  const got: unknown[] = [];
  new WebSocket(url, ['message-pack.v1']).on('message', (raw: Buffer) =>
    got.push(decode(new Uint8Array(raw), options)),
  );
  await connected(ours);
  await eventually(() => expect(got).toHaveLength(1));
  publish('values', values);
  publish('nothing', null);
  await eventually(() => expect(got).toHaveLength(3));
  await eventually(() =>
    expect(ours.events.map(({ event, data }) => ({ e: event, d: data }))).toMatchObject(
      got.map((one) => ({ e: (one as { e: string }).e, d: (one as { d: unknown }).d })),
    ),
  );
  expect(ours.events[1]?.data).toEqual(values);
  kill();
  publish('missed', 1);
  await eventually(() => expect(ours.events.at(-1)?.event).toBe('hello'));
  expect(ours.events.map(({ event }) => event)).toEqual(['hello', 'values', 'nothing', 'missed', 'hello']);
  expect(urls.at(-1)).toBe('/?id=session-1&next=3');
  expect(ours.missed).toEqual([]);
});

it('sends bytes, and gets replies of one part or several', async () => {
  const { url, received } = await serve();
  const ours = connect(messagePackProtocol, url, { auth: 'none' });
  await connected(ours);
  ours.service.send('first', values);
  ours.service.send('second', 'pooled buffers are used again');
  expect(await ours.service.request('echo', values)).toEqual(values);
  expect(received).toEqual([
    ['first', values],
    ['second', 'pooled buffers are used again'],
    ['echo', values],
  ]);
  expect(await rejection(ours.service.request('fail'))).toMatchObject({
    code: 'request-failed',
    details: { words: 'no' },
  });
  const parts: unknown[] = [];
  for await (const part of ours.service.stream('count')) parts.push(part);
  expect(parts).toEqual([1, 2]);
});

it('keeps the values of a message that has to wait', async () => {
  const { url, received } = await serve();
  const ours = connect(messagePackProtocol, url, { auth: 'none', sendQueue: {} });
  const data = new Uint8Array([1, 2]);
  expect(ours.service.send('bytes', data)).toBe('queued');
  data.fill(0);
  await eventually(() => expect(received).toEqual([['bytes', new Uint8Array([1, 2])]]));
});

it('reports text, and bytes that are no MessagePack', async () => {
  const { http, host } = await listen();
  new WebSocketServer({ server: http, handleProtocols: () => 'message-pack.v1' }).on(
    'connection',
    (socket) => {
      socket.send(encode({ e: 'hello', d: 'a', n: 0 }));
      socket.send('text');
      socket.send(new Uint8Array([0xc1]));
      socket.send(encode({ d: 1 }));
      socket.send(encode({ e: 'last', d: 1, n: 1 }));
    },
  );
  const ours = connect(messagePackProtocol, `ws://${host}`, { auth: 'none' });
  await eventually(() => expect(ours.events.at(-1)?.event).toBe('last'));
  expect(ours.errors.map(({ code }) => code)).toEqual([
    'unrecognised-frame',
    'handler-failed',
    'malformed-frame',
    'unrecognised-frame',
  ]);
});
