/** The fake server speaks each protocol, so that tests of apps need no other server. In virtual time. */
import { createWebSocketService, type Protocol } from 'everwire/core';
import { createFakeServer, type FakeProtocol, type FakeServer } from 'everwire/testing';
import { describe, expect, it } from 'vitest';
import { fakeGraphql } from '../../../examples/protocols/fake/graphql-transport-ws.ts';
import { fakeJsonRpc } from '../../../examples/protocols/fake/json-rpc.ts';
import { fakeMessagePack } from '../../../examples/protocols/fake/message-pack.ts';
import { fakePhoenix } from '../../../examples/protocols/fake/phoenix-channels.ts';
import { fakeSocketIo } from '../../../examples/protocols/fake/socket-io.ts';
import { fakeStomp } from '../../../examples/protocols/fake/stomp.ts';
import { graphqlProtocol } from '../../../examples/protocols/graphql-transport-ws.ts';
import { jsonRpcProtocol } from '../../../examples/protocols/json-rpc.ts';
import { messagePackProtocol } from '../../../examples/protocols/message-pack.ts';
import { phoenixProtocol } from '../../../examples/protocols/phoenix-channels.ts';
import { socketIoProtocol } from '../../../examples/protocols/socket-io.ts';
import { stompProtocol } from '../../../examples/protocols/stomp.ts';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

interface Case {
  readonly name: string;
  readonly protocol: Protocol;
  readonly fake: FakeProtocol;
  /** Where the app has to ask for events. */
  readonly subscribe?: (service: Rig['service']) => unknown;
  /** The name of the event. */
  readonly event?: string;
  /** What a request is called. */
  readonly request?: string;
  /** The data of an event, as the app gets it. */
  readonly data?: (data: unknown) => unknown;
  /** Whether a session is resumed. */
  readonly recovers?: boolean;
}

const cases: readonly Case[] = [
  {
    name: 'graphql-transport-ws',
    protocol: graphqlProtocol,
    fake: fakeGraphql,
    subscribe: (service) => service.send('subscribe', { as: 'posted', query: 'subscription { posted }' }),
    request: 'query',
    data: (posted) => ({ data: { posted } }),
  },
  { name: 'Socket.IO', protocol: socketIoProtocol, fake: fakeSocketIo, recovers: true },
  { name: 'JSON-RPC', protocol: jsonRpcProtocol, fake: fakeJsonRpc },
  {
    name: 'STOMP',
    protocol: stompProtocol,
    fake: fakeStomp,
    subscribe: (service) => service.send('subscribe', { destination: 'posted' }),
  },
  {
    name: 'Phoenix',
    protocol: phoenixProtocol,
    fake: fakePhoenix,
    subscribe: (service) => service.send('room phx_join'),
    event: 'room posted',
    request: 'room ask',
  },
  { name: 'MessagePack', protocol: messagePackProtocol, fake: fakeMessagePack, recovers: true },
];

const fast = { reconnectDelay: 100, reconnectJitter: 0 } as const;

describe.each(cases)('$name', (one) => {
  const { protocol, fake, subscribe, event = 'posted', request = 'ask', recovers = false } = one;
  const dataOf = one.data ?? ((data: unknown) => data);

  const start = async (more: object = {}): Promise<Rig> => {
    const ready = await connectedRig({ protocol: fake, ...more }, { ...fast, protocol });
    subscribe?.(ready.service);
    await ready.pass();
    return ready;
  };

  const received = ({ events }: Rig): unknown[] =>
    events.filter((it) => it.event === event).map(({ data }) => data);

  it('lets a client in, and emits to it', async () => {
    const ready = await start();
    expect(ready.statuses.at(-1)).toBe('connected');
    ready.server.emit(event, { n: 1 });
    ready.server.emit(event, { n: 2 });
    await ready.pass();
    expect(received(ready)).toEqual([dataOf({ n: 1 }), dataOf({ n: 2 })]);
    expect(ready.errors).toEqual([]);
  });

  it('answers requests by their handlers, and records what was sent', async () => {
    const { server, service, pass } = await start();
    server.handle(request, (data) => ({ got: data }));
    const query = { query: '{ ask }' };
    const reply = service.request(request, query);
    await pass();
    // A broker confirms a message, and has no more to say.
    expect(await reply).toEqual(protocol === stompProtocol ? undefined : { got: query });
    expect(server.received.at(-1)).toMatchObject({ event: request, data: query });
  });

  it('refuses a token that it does not accept', async () => {
    const ready = rig({ protocol: fake, token: 'other' }, { ...fast, reconnectAttempts: 0, protocol });
    ready.service.connect(ready.config);
    await ready.pass(200);
    expect(ready.statuses).not.toContain('connected');
    expect(ready.service.store.getState().status).toBe('disconnected');
  });

  it('is there again after a killed link', async () => {
    const ready = await start();
    ready.server.emit(event, { n: 1 });
    await ready.pass();
    ready.server.drop();
    await ready.pass();
    ready.server.emit(event, { n: 2 });
    await ready.pass(200);
    expect(ready.statuses.at(-1)).toBe('connected');
    ready.server.emit(event, { n: 3 });
    await ready.pass();
    const expected = recovers ? [1, 2, 3] : [1, 3];
    expect(received(ready)).toEqual(expected.map((n) => dataOf({ n })));
    expect(ready.missed.map(({ reason }) => reason)).toEqual(recovers ? [] : ['unknown']);
  });
});

describe('subprotocols', () => {
  /** Resolves with the subprotocol that was selected; null if the handshake was refused. */
  function offer(server: FakeServer, protocols: string[]): Promise<string | null> {
    return new Promise((resolve) => {
      const socket = new server.WebSocket(server.url, protocols);
      socket.onopen = () => resolve(socket.protocol);
      socket.onerror = () => resolve(null);
    });
  }

  it('are accepted if the server was given them: the first that it knows', async () => {
    const server = createFakeServer({ subprotocols: ['b.v2', 'b.v1'] });
    expect(await offer(server, ['a', 'b.v1', 'b.v2'])).toBe('b.v2');
    expect(await offer(server, ['everwire'])).toBe('everwire');
    expect(await offer(server, ['a'])).toBeNull();
    expect(await offer(server, [])).toBe('');
    server.dispose();
  });

  it('are those of its protocol', async () => {
    const server = createFakeServer({ protocol: fakeStomp });
    expect(await offer(server, ['v11.stomp'])).toBe('v11.stomp');
    expect(await offer(server, ['everwire'])).toBeNull();
    server.dispose();
  });

  it('are told to the protocol of the client', async () => {
    const server = createFakeServer({ subprotocols: ['v2'], hello: false });
    const service = createWebSocketService();
    const selected = new Promise<string>((resolve) => {
      service.connect({
        url: server.url,
        WebSocket: server.WebSocket,
        protocol: {
          name: 'asking',
          defaultAuth: 'none',
          connectedOn: 'open',
          target: ({ url }) => ({ url, protocols: ['v1', 'v2'] }),
          open({ subprotocol }) {
            resolve(subprotocol);
            return { decode: () => ({ kind: 'ignored' }), encode: () => '' };
          },
        },
      });
    });
    expect(await selected).toBe('v2');
    service.dispose();
    server.dispose();
  });
});

describe('a handler that yields', () => {
  it('streams its parts, and is ended when the client leaves', async () => {
    const { server, service, pass } = await connectedRig();
    let ended = 0;
    server.handle('count', async function* () {
      try {
        for (let n = 1; ; n += 1) {
          yield n;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      } finally {
        ended += 1;
      }
    });
    const parts: unknown[] = [];
    const read = async (): Promise<void> => {
      for await (const part of service.stream('count')) {
        parts.push(part);
        if (parts.length === 3) break;
      }
    };
    const done = read();
    await pass(100);
    await done;
    await pass(100);
    expect([parts, ended]).toEqual([[1, 2, 3], 1]);
    expect(server.received.at(-1)).toMatchObject({ event: 'cancel', data: { id: 1 } });
  });

  it('ends with its link', async () => {
    const { server, service, pass } = await connectedRig();
    let ended = 0;
    server.handle('wait', async function* () {
      try {
        yield 'a';
        await new Promise((resolve) => setTimeout(resolve, 50));
        yield 'b';
      } finally {
        ended += 1;
      }
    });
    const first = service.stream('wait').next();
    await pass();
    expect(await first).toEqual({ done: false, value: 'a' });
    server.drop();
    await pass(100);
    expect(ended).toBe(1);
  });

  it('that throws fails the stream after its parts', async () => {
    const { server, service, pass } = await connectedRig();
    server.handle('fail', async function* () {
      yield await Promise.resolve('a');
      throw new Error('tired');
    });
    const stream = service.stream('fail');
    const first = stream.next();
    const second = stream.next().catch((error: { readonly code: unknown }) => error.code);
    await pass();
    expect([(await first).value, await second]).toEqual(['a', 'request-failed']);
  });
});
