/** What docs/protocols.md says, in code that is not in the examples. */
import { createWebSocketService, type IWebSocketConfig } from 'everwire/core';
import { createFakeServer } from 'everwire/testing';
import { expect, it, onTestFinished } from 'vitest';
import { fakeGraphql } from '../../../examples/protocols/fake/graphql-transport-ws.ts';
import { graphqlProtocol } from '../../../examples/protocols/graphql-transport-ws.ts';
import { connectedRig } from '../../support/fake.ts';
import { eventually } from '../../support/patience.ts';
import { challengeProtocol } from './guide/challenge.ts';
import { envelopeOfBigNumbers } from './guide/numbers.ts';
import { showAnswer } from './guide/show-answer.ts';

function connect(config: IWebSocketConfig) {
  const service = createWebSocketService();
  onTestFinished(() => service.dispose());
  service.connect(config);
  return service;
}

it('an app of GraphQL is tested without a GraphQL server', async () => {
  const server = createFakeServer({ protocol: fakeGraphql });
  const service = connect({ url: server.url, WebSocket: server.WebSocket, protocol: graphqlProtocol });
  server.handle('query', () => ({ data: { hello: 'Ada' } }));
  await server.connected();
  await eventually(() => expect(service.isConnected()).toBe(true));

  expect(await service.request('query', { query: '{ hello }' })).toEqual({ data: { hello: 'Ada' } });

  service.send('subscribe', { as: 'posted', query: 'subscription { posted }' });
  await server.message('subscription');
  const event = new Promise((resolve) => service.event$('posted').subscribe(({ data }) => resolve(data)));
  server.emit('posted', 1);
  expect(await event).toEqual({ data: { posted: 1 } });
  server.dispose();
});

it('an answer is shown while it is written', async () => {
  const { server, service, pass } = await connectedRig();
  server.handle('ask', async function* () {
    for (const word of ['It ', 'depends', '.']) yield await Promise.resolve(word);
  });
  const shown: string[] = [];
  const whole = showAnswer(service, 'why?', (text) => shown.push(text), new AbortController().signal);
  await pass();
  expect([await whole, shown]).toEqual(['It depends.', ['It ', 'It depends', 'It depends.']]);
});

it('64-bit numbers arrive and leave as they are', async () => {
  const { server, service, events, errors, pass } = await connectedRig(
    { hello: false },
    { protocol: envelopeOfBigNumbers },
  );
  server.sendRaw('{"event":"order","data":{"id":9007199254740993,"ids":[9007199254740995]},"seq":0}');
  expect(service.send('order', { id: 9_007_199_254_740_993n })).toBe('sent');
  await pass();
  expect(events[0]?.data).toEqual({ id: 9_007_199_254_740_993n, ids: [9_007_199_254_740_995n] });
  expect(server.received.at(-1)?.raw).toContain('"data":{"id":9007199254740993}');
  expect(errors).toEqual([]);
});

it('a question of the server is answered before the link is ready, on each link', async () => {
  const one = await connectedRig(
    { subprotocols: ['log.v1'], hello: false, numbered: false, pong: false },
    { protocol: challengeProtocol, reconnectDelay: 100, reconnectJitter: 0 },
  );
  const { server, service, events, missed, statuses, pass } = one;
  const say = (message: object): void => server.sendRaw(JSON.stringify(message));
  const last = (): { readonly type?: string } => JSON.parse(String(server.received.at(-1)?.raw));
  expect(service.send('subscribe', 'prices')).toBe('refused');
  say({ type: 'challenge', nonce: 'n1' });
  await eventually(() => expect(statuses.at(-1)).toBe('connected'));
  service.send('subscribe', 'prices');
  say({ type: 'ping' });
  say({ type: 'event', topic: 'prices', data: 1, place: '7-1' });
  say({ type: 'noise' });
  await pass();
  expect(last()).toEqual({ type: 'pong' });
  server.drop();
  await pass(200);
  say({ type: 'challenge', nonce: 'n2' });
  await eventually(() => expect(statuses.at(-1)).toBe('connected'));
  await pass();
  expect(JSON.parse(String(server.received.at(-2)?.raw))).toMatchObject({ type: 'proof', after: '7-1' });
  expect(last()).toEqual({ type: 'subscribe', topic: 'prices' });
  expect([events.map(({ data }) => data), missed]).toEqual([[1], []]);
});
