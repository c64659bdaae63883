/** JSON-RPC 2.0 against the server of json-rpc-2.0, beside its own client. */
import { JSONRPCClient, JSONRPCErrorException, JSONRPCServer, JSONRPCServerAndClient } from 'json-rpc-2.0';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createJsonRpcProtocol, jsonRpcProtocol } from '../../../examples/protocols/json-rpc.ts';
import { eventually } from '../../support/patience.ts';
import { connect, connected, listen, rejection } from './support.ts';

type Peer = JSONRPCServerAndClient<void, void>;

function peerOf(socket: WebSocket): Peer {
  const peer: Peer = new JSONRPCServerAndClient(
    // Otherwise it prints what its methods throw.
    new JSONRPCServer({ errorListener: () => undefined }),
    new JSONRPCClient((message) => {
      socket.send(JSON.stringify(message));
      return Promise.resolve();
    }),
  );
  socket.on('message', (raw) => void peer.receiveAndSend(JSON.parse(String(raw))));
  return peer;
}

async function serve() {
  const { http, host } = await listen();
  const sockets = new WebSocketServer({ server: http });
  const log: unknown[] = [];
  const peers: Peer[] = [];
  const raw: WebSocket[] = [];
  sockets.on('connection', (socket) => {
    const peer = peerOf(socket);
    peers.push(peer);
    raw.push(socket);
    peer.addMethod('add', ({ a, b }: { readonly a: number; readonly b: number }) => a + b);
    peer.addMethod('moved', (params: unknown) => void log.push(params));
    peer.addMethod('ping', () => 'pong');
    peer.addMethod('never', () => new Promise(() => undefined));
    peer.addMethod('fail', () => {
      throw new JSONRPCErrorException('no', -32001, { why: 'full' });
    });
  });
  return { url: `ws://${host}/`, log, peers, raw };
}

async function theirs(url: string): Promise<Peer> {
  const socket = new WebSocket(url);
  const peer = peerOf(socket);
  await new Promise((resolve) => socket.once('open', resolve));
  return peer;
}

const options = { auth: 'none' } as const;

it('gets the same replies and errors as its own client', async () => {
  const { url, log } = await serve();
  const ours = connect(jsonRpcProtocol, url, options);
  await connected(ours);
  const own = await theirs(url);
  expect(await ours.service.request('add', { a: 20, b: 22 })).toBe(
    await own.request('add', { a: 20, b: 22 }),
  );
  const expected = (await rejection(Promise.resolve(own.request('fail', {})))) as JSONRPCErrorException;
  expect(await rejection(ours.service.request('fail', {}))).toMatchObject({
    code: 'request-failed',
    details: { words: expected.message, server: { code: expected.code, data: expected.data } },
  });
  expect(await rejection(ours.service.request('missing'))).toMatchObject({
    details: { server: { code: -32601 } },
  });
  // A notification has no id: a method that is not there is no error.
  ours.service.send('moved', { x: 1 });
  own.notify('moved', { x: 1 });
  ours.service.send('missing');
  await eventually(() => expect(log).toEqual([{ x: 1 }, { x: 1 }]));
  expect(ours.errors).toEqual([]);
});

it('gets the notifications and answers the requests of the server, as its own client does', async () => {
  const { url, peers } = await serve();
  const ours = connect(jsonRpcProtocol, url, options);
  await connected(ours);
  await theirs(url).then((own) => own.addMethod('double', ({ n }: { readonly n: number }) => n * 2));
  const service = ours.service;
  service.event$('double').subscribe(({ data }) => {
    const { id, params } = data as { readonly id: number; readonly params: { readonly n: number } };
    service.send('rpc.result', { id, result: params.n * 2 });
  });
  const answers = await Promise.all(peers.map((peer) => peer.request('double', { n: 21 })));
  expect(answers).toEqual([42, 42]);
  peers[0]?.notify('told', [1, 2]);
  await eventually(() => expect(ours.events.at(-1)).toMatchObject({ event: 'told', data: [1, 2] }));
});

it('reads batches: results, notifications and requests in any order', async () => {
  const { url, raw } = await serve();
  const ours = connect(jsonRpcProtocol, url, options);
  await connected(ours);
  const both = Promise.all([ours.service.request('never'), ours.service.request('never')]);
  raw[0]?.send(
    JSON.stringify([
      { jsonrpc: '2.0', id: 2, result: 'second' },
      { jsonrpc: '2.0', method: 'told', params: { n: 1 } },
      { jsonrpc: '2.0', id: '1', result: 'first' },
      { jsonrpc: '2.0', id: null, error: { code: -32700, message: 'parse error' } },
    ]),
  );
  expect(await both).toEqual(['first', 'second']);
  expect(ours.events.map(({ data }) => data)).toEqual([{ n: 1 }]);
  expect(ours.errors).toEqual([]);
});

it('after a killed link: what was asked rejects, and what is asked next is answered', async () => {
  const { url, raw } = await serve();
  const ours = connect(jsonRpcProtocol, url, options);
  await connected(ours);
  const lost = rejection(ours.service.request('never'));
  await eventually(() => expect(raw).toHaveLength(1));
  raw[0]?.terminate();
  expect(await lost).toMatchObject({ code: 'connection-lost' });
  await connected(ours);
  expect(await ours.service.request('add', { a: 1, b: 2 })).toBe(3);
});

it('pings with a method, if the server has one', async () => {
  const { url } = await serve();
  const ours = connect(createJsonRpcProtocol({ ping: 'ping' }), url, {
    ...options,
    heartbeat: { interval: 10, timeout: 5_000 },
  });
  await eventually(() => expect(ours.service.store.getState().latency).not.toBeNull());
});

it('reads the replies of servers that write null, or a text, as the error', async () => {
  const { url, raw } = await serve();
  const ours = connect(jsonRpcProtocol, url, options);
  await connected(ours);
  const [socket] = raw;
  socket?.removeAllListeners('message');
  socket?.on('message', (frame) => {
    const { id, method } = JSON.parse(String(frame)) as { readonly id: number; readonly method: string };
    socket.send(
      JSON.stringify({ id, ...(method === 'good' ? { result: 42, error: null } : { error: 'full' }) }),
    );
  });
  expect(await ours.service.request('good')).toBe(42);
  expect(await rejection(ours.service.request('bad'))).toMatchObject({ details: { words: 'full' } });
  expect(ours.errors).toEqual([]);
});
