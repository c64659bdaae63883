/** What a hub does with the socket that it is given: how it writes, and what it keeps. */
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createHub, type HubSocket } from 'everwire/server';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { dial } from '../../support/hub.ts';

function startHub(limits = {}) {
  const hub = createHub<{ user: { id: string } }>({
    authenticate: ({ token = 'guest' }) => ({ id: token }),
    identify: ({ id }) => id,
    limits,
  });
  onTestFinished(() => hub.close());
  return hub;
}

/** A socket that notes what is done to it and to the stream below. What is corked counts as waiting, as with `ws`. */
function notingSocket() {
  const notes: string[] = [];
  const texts: string[] = [];
  let corked: number | undefined;
  let waiting = 0;
  const socket: HubSocket = Object.assign(new EventEmitter(), {
    send(text: string) {
      notes.push('send');
      texts.push(text);
      if (corked !== undefined) corked += text.length;
    },
    close: () => void notes.push('close'),
    terminate: () => void notes.push('terminate'),
  });
  Object.defineProperty(socket, 'bufferedAmount', { get: () => waiting + (corked ?? 0) });
  const stream = {
    cork() {
      notes.push('cork');
      corked = 0;
    },
    uncork() {
      notes.push('uncork');
      corked = undefined;
    },
  };
  const request = { url: '/?token=ada', headers: {}, socket: stream };
  return {
    ...{ socket, request, notes, texts },
    setWaiting: (bytes: number) => {
      waiting = bytes;
    },
  };
}

it('the events of one turn leave in one write', async () => {
  const hub = startHub();
  const { socket, request, notes, texts } = notingSocket();
  hub.accept(socket, request);
  await expect.poll(() => notes).toEqual(['cork', 'send', 'uncork']);
  notes.length = 0;
  await Promise.all([1, 2, 3].map((n) => hub.publish({ all: true }, 'n', n)));
  await expect.poll(() => notes).toEqual(['cork', 'send', 'send', 'send', 'uncork']);
  expect(texts.slice(1).map((text) => JSON.parse(text).data)).toEqual([1, 2, 3]);
});

it('what the hub itself holds back does not make a client slow', async () => {
  const hub = startHub({ slowBytes: 1_000 });
  const { socket, request, notes, setWaiting } = notingSocket();
  hub.accept(socket, request);
  await expect.poll(() => notes).toEqual(['cork', 'send', 'uncork']);
  const pad = 'x'.repeat(600);
  await Promise.all([1, 2, 3].map(() => hub.publish({ all: true }, 'pad', pad)));
  await expect.poll(() => notes.filter((note) => note === 'send')).toHaveLength(4);
  expect(notes).not.toContain('terminate');
  setWaiting(1_001);
  await hub.publish({ all: true }, 'pad', pad);
  await expect.poll(() => notes).toContain('terminate');
});

it('what is held back is written before the socket is closed', async () => {
  const hub = startHub();
  const { socket, request, notes } = notingSocket();
  hub.accept(socket, request);
  await expect.poll(() => notes).toEqual(['cork', 'send', 'uncork']);
  notes.length = 0;
  void hub.publish({ all: true }, 'n', 1);
  await Promise.resolve();
  while (!notes.includes('send')) await Promise.resolve();
  hub.close();
  expect(notes).toEqual(['cork', 'send', 'uncork', 'close']);
});

it('a quiet session does not keep the request of its handshake', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const hub = startHub();
  const requests: WeakRef<IncomingMessage>[] = [];
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }).on('connection', (socket, request) => {
    requests.push(new WeakRef(request));
    hub.accept(socket, request);
  });
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const withToken = dial(url, { token: 'ada' });
  const guest = dial(url, {});
  await Promise.all([withToken.next(), guest.next()]);
  const kept = (): number => {
    collect();
    return requests.filter((request) => request.deref() !== undefined).length;
  };
  // A token may still follow for the guest, until another message has come.
  await expect.poll(kept, { timeout: 5_000 }).toBe(1);
  guest.send({ event: 'say', seq: 1 });
  await guest.next();
  await expect.poll(kept, { timeout: 5_000 }).toBe(0);
  expect(hub.stats().sessions).toBe(2);
  withToken.send({ event: 'authenticate', data: { token: 'bo' }, seq: 7 });
  expect(await withToken.next()).toMatchObject({ seq_reply: 7, status: 'FAIL', error: { id: 'late' } });
  withToken.socket.terminate();
  guest.socket.terminate();
});
