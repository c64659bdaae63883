/** graphql-transport-ws against the server of graphql-ws, beside its own client. */
import { createRequire } from 'node:module';
import { joinChannel } from 'everwire/core';
import { createClient } from 'graphql-ws';
import { useServer as attach } from 'graphql-ws/use/ws';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { graphqlChannels } from '../../../examples/protocols/channels.ts';
import { graphqlProtocol } from '../../../examples/protocols/graphql-transport-ws.ts';
import { eventually } from '../../support/patience.ts';
import { connect, connected, listen, rejection } from './support.ts';

// As graphql-ws loads it: GraphQL does not accept a schema of another copy of itself.
const graphql: typeof import('graphql') = createRequire(import.meta.url)('graphql');
const { GraphQLError, GraphQLInt, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString } = graphql;

const POSTED = 'subscription { posted }';

/** A server that publishes numbers to all its subscriptions, and logs what it executes. */
async function serve() {
  const { http, host } = await listen();
  const log: string[] = [];
  const listeners = new Set<(n: number) => void>();

  async function* posted(): AsyncGenerator<{ readonly posted: number }> {
    const queue: number[] = [];
    let wake = (): void => undefined;
    const listener = (n: number): void => {
      queue.push(n);
      wake();
    };
    listeners.add(listener);
    log.push('subscribed');
    try {
      for (;;) {
        for (const n of queue.splice(0)) yield { posted: n };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    } finally {
      listeners.delete(listener);
      log.push('completed');
    }
  }

  async function* count(
    _: unknown,
    { to }: { readonly to: number },
  ): AsyncGenerator<{ readonly count: number }> {
    for (let n = 1; n <= to; n += 1) yield await Promise.resolve({ count: n });
  }

  const int = new GraphQLNonNull(GraphQLInt);
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: {
        hello: {
          type: GraphQLString,
          args: { name: { type: GraphQLString } },
          resolve: (_, { name }) => `hello ${name}`,
        },
        fail: {
          type: GraphQLString,
          resolve() {
            throw new GraphQLError('no', { extensions: { code: 'FULL' } });
          },
        },
      },
    }),
    subscription: new GraphQLObjectType({
      name: 'Subscription',
      fields: {
        posted: { type: int, subscribe: () => posted() },
        count: { type: int, args: { to: { type: int } }, subscribe: count },
      },
    }),
  });
  const sockets = new WebSocketServer({ server: http });
  const server = attach(
    { schema, onConnect: ({ connectionParams }) => connectionParams?.['token'] === 'tok' },
    sockets,
  );
  onTestFinished(() => server.dispose());
  return {
    url: `ws://${host}/graphql`,
    log,
    publish: (n: number) => {
      for (const listener of [...listeners]) listener(n);
    },
    kill: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

const options = { token: 'tok', auth: 'message' } as const;

function theirs(url: string) {
  const client = createClient({
    url,
    webSocketImpl: WebSocket,
    connectionParams: { token: 'tok' },
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 20)),
    shouldRetry: () => true,
  });
  onTestFinished(() => client.dispose());
  const subscribe = (query: string, sink: unknown[]): (() => void) =>
    client.subscribe(
      { query },
      { next: (result) => sink.push(result), error: () => undefined, complete: () => undefined },
    );
  const ask = async (query: string, variables: Record<string, unknown> = {}): Promise<unknown[]> => {
    const results: unknown[] = [];
    for await (const result of client.iterate({ query, variables })) results.push(result);
    return results;
  };
  return { subscribe, ask };
}

it('gets the same results as its own client: of queries, errors and finite subscriptions', async () => {
  const { url } = await serve();
  const ours = connect(graphqlProtocol, url, options);
  await connected(ours);
  const own = theirs(url);
  const hello = { query: 'query ($name: String) { hello(name: $name) }', variables: { name: 'Ada' } };
  expect([await ours.service.request('query', hello)]).toEqual(await own.ask(hello.query, hello.variables));
  expect([await ours.service.request('query', { query: '{ fail }' })]).toEqual(await own.ask('{ fail }'));
  const counted: unknown[] = [];
  for await (const result of ours.service.stream('subscription', { query: 'subscription { count(to: 3) }' }))
    counted.push(result);
  expect(counted).toEqual(await own.ask('subscription { count(to: 3) }'));
  expect(counted).toHaveLength(3);
  // A document that is not valid is an error of the operation.
  const refused = await rejection(ours.service.request('query', { query: '{ nothing }' }));
  const theirRefusal = (await rejection(own.ask('{ nothing }'))) as readonly { readonly message: string }[];
  expect(refused).toMatchObject({
    code: 'request-failed',
    details: { server: { errors: [{ message: theirRefusal[0]?.message }] } },
  });
});

it('gets the same events as its own client, also after a killed link', async () => {
  const { url, log, publish, kill } = await serve();
  const ours = connect(graphqlProtocol, url, options);
  await connected(ours);
  ours.service.send('subscribe', { as: 'posted', query: POSTED });
  const results: unknown[] = [];
  theirs(url).subscribe(POSTED, results);
  await eventually(() => expect(log).toEqual(['subscribed', 'subscribed']));
  publish(1);
  publish(2);
  await eventually(() => expect(results).toHaveLength(2));
  kill();
  await eventually(() => expect(log.filter((line) => line === 'subscribed')).toHaveLength(4));
  publish(3);
  await eventually(() => expect(results).toHaveLength(3));
  await eventually(() =>
    expect(ours.events.map(({ event, data }) => ({ event, data }))).toEqual(
      results.map((data) => ({ event: 'posted', data })),
    ),
  );
  // Ours says that something may have been missed, where its own client is silent.
  expect(ours.missed.map(({ reason }) => reason)).toEqual(['unknown']);
});

it('completes a subscription that is left, and one that is ended by name', async () => {
  const { url, log, publish } = await serve();
  const ours = connect(graphqlProtocol, url, options);
  await connected(ours);
  const first: unknown[] = [];
  const read = async (): Promise<void> => {
    for await (const result of ours.service.stream('subscription', { query: POSTED })) {
      first.push(result);
      break;
    }
  };
  const done = read();
  await eventually(() => expect(log).toEqual(['subscribed']));
  publish(1);
  await done;
  // The server's generator ends when it is asked for its next result.
  await eventually(() => {
    publish(2);
    expect(log).toEqual(['subscribed', 'completed']);
  });
  expect(first).toEqual([{ data: { posted: 1 } }]);
  ours.service.send('subscribe', { as: 'posted', query: POSTED });
  await eventually(() => expect(log).toHaveLength(3));
  ours.service.send('unsubscribe', { as: 'posted' });
  await eventually(() => {
    publish(3);
    expect(log).toHaveLength(4);
  });
});

it('is connected once the server has accepted the token, and not before', async () => {
  const { url } = await serve();
  const ours = connect(graphqlProtocol, url, { ...options, token: 'wrong' });
  await eventually(() => expect(ours.service.store.getState().reason).toBe('unauthorized'));
  expect(ours.statuses).not.toContain('connected');
});

it('answers the pings of a server that sends one before its ack', async () => {
  const { http, host } = await listen();
  const log: string[] = [];
  new WebSocketServer({ server: http, handleProtocols: () => 'graphql-transport-ws' }).on(
    'connection',
    (socket) => {
      socket.send('{"type":"ping"}');
      socket.on('message', (raw) => {
        const { type } = JSON.parse(String(raw));
        log.push(type);
        if (type === 'pong') socket.send('{"type":"connection_ack"}');
      });
    },
  );
  const ours = connect(graphqlProtocol, `ws://${host}`, options);
  await connected(ours);
  expect(log).toEqual(['connection_init', 'pong']);
});

it('channels: subscribed to once for each link, and completed', async () => {
  const { url, log, publish, kill } = await serve();
  const channels = graphqlChannels(() => ({ query: POSTED }));
  const ours = connect(graphqlProtocol, url, { ...options, channels });
  await connected(ours);
  const channel = joinChannel(ours.service, 'posted');
  await eventually(() => expect(log).toEqual(['subscribed']));
  const got: unknown[] = [];
  ours.service.event$('posted', { channel: 'posted' }).subscribe(({ data }) => got.push(data));
  publish(1);
  await eventually(() => expect(got).toEqual([{ data: { posted: 1 } }]));
  kill();
  await eventually(() => expect(log.filter((line) => line === 'subscribed')).toHaveLength(2));
  await connected(ours);
  publish(2);
  await eventually(() => expect(got).toHaveLength(2));
  channel.leave();
  await eventually(() => {
    // The server's generator ends when it wakes.
    publish(3);
    expect(log.filter((line) => line === 'completed')).toHaveLength(2);
  });
  expect(log.filter((line) => line === 'subscribed')).toHaveLength(2);
});
