/** A service with types of its own types each hook that gets it: two endpoints, two event maps. */

import {
  type ConnectionStatus,
  createWebSocketService,
  type EventName,
  type EventOf,
  type IWebSocketConfig,
  type IWebSocketEvent,
  type MissedEvents,
  type NoName,
  type SendResult,
  type StandardSchemaV1,
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useMissedEvents,
  useWebSocketService,
  useWsConnected,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  useWsStream,
  type WebSocketService,
} from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import type { ReactNode } from 'react';
import { map, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';

interface Post {
  readonly id: string;
  readonly text: string;
}

interface ChatTypes {
  events: { posted: Post; typing: { user: string } };
  messages: { user_typing: { channel: string }; leave: undefined };
  requests: { history: (data: { channel: string }) => readonly Post[] };
}

type PriceTypes = { events: { price: number } };

const chat = createWebSocketService<ChatTypes>();
const prices = createWebSocketService<PriceTypes>();
const plain = createWebSocketService();

describe('a service with types', () => {
  it('knows its names and data', () => {
    expectTypeOf(chat).toEqualTypeOf<WebSocketService<ChatTypes>>();
    expectTypeOf<EventName<ChatTypes>>().toEqualTypeOf<'posted' | 'typing' | 'hello'>();
    expectTypeOf<EventOf<'posted', ChatTypes>>().toEqualTypeOf<IWebSocketEvent<Post, 'posted'>>();
    expectTypeOf(() => chat.event$('posted')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<Post, 'posted'>>
    >();
    expectTypeOf(() => prices.event$('price')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<number, 'price'>>
    >();
    expectTypeOf(() => chat.send('leave')).returns.toEqualTypeOf<SendResult>();
    expectTypeOf(() => chat.request('history', { channel: 'a' })).returns.toEqualTypeOf<
      Promise<readonly Post[]>
    >();
    // @ts-expect-error an event of the other endpoint
    expectTypeOf(() => prices.event$('posted')).toBeFunction();
    // @ts-expect-error data of another kind
    expectTypeOf(() => chat.send('user_typing', { channel: 5 })).toBeFunction();
    // @ts-expect-error no such request
    expectTypeOf(() => chat.request('hystory', { channel: 'a' })).toBeFunction();
  });

  it('has any names where it declares none', () => {
    expectTypeOf(prices.send).toEqualTypeOf<(event: string, data?: unknown) => SendResult>();
    expectTypeOf(plain).toEqualTypeOf<WebSocketService>();
    expectTypeOf(() => plain.event$('anything')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<unknown, 'anything'>>
    >();
  });

  it('says which part is misspelt', () => {
    const misspelt = createWebSocketService<{ evnets: { posted: Post } }>();
    // @ts-expect-error Register has no "evnets": it knows events, messages, requests and streams
    expectTypeOf(() => misspelt.event$('posted')).toBeFunction();
  });

  it('takes schemas of its own events', () => {
    const price: StandardSchemaV1<unknown, number> = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ value: 1 }) },
    };
    expectTypeOf({ url: '/ws', schemas: { price } }).toExtend<IWebSocketConfig<PriceTypes>>();
    expectTypeOf({ url: '/ws', schemas: { posted: price } }).not.toExtend<IWebSocketConfig<ChatTypes>>();
    const lookUp = (name: string) => name.startsWith('price:') && price;
    expectTypeOf({ url: '/ws', schemas: lookUp }).toExtend<IWebSocketConfig<PriceTypes>>();
    expectTypeOf({ url: '/ws', schemas: lookUp }).toExtend<IWebSocketConfig>();
  });
});

describe('hooks with a service', () => {
  it('useWsEvent', () => {
    const posted = () => useWsEvent('posted', { service: chat });
    expectTypeOf(posted).returns.toEqualTypeOf<EventOf<'posted', ChatTypes> | undefined>();
    expectTypeOf(() => useWsEvent('price', { service: prices })?.data).returns.toEqualTypeOf<
      number | undefined
    >();
    const selected = () =>
      useWsEvent('typing', {
        where: (event) => event.data.user === 'ann',
        select: ({ data }) => data.user.length,
        service: chat,
      });
    expectTypeOf(selected).returns.toEqualTypeOf<number | undefined>();
    const serviceFirst = () => useWsEvent('posted', { service: chat, select: ({ data }) => data.text });
    expectTypeOf(serviceFirst).returns.toEqualTypeOf<string | undefined>();
    // @ts-expect-error an event of the other endpoint
    expectTypeOf(() => useWsEvent('posted', { service: prices })).toBeFunction();
    const misspelt = () =>
      // @ts-expect-error no such field
      useWsEvent('posted', { service: chat, select: ({ data }) => data.txet });
    expectTypeOf(misspelt).toBeFunction();
    // @ts-expect-error not a service
    expectTypeOf(() => useWsEvent('posted', { service: { store: chat.store } })).toBeFunction();
  });

  it('useWsEventHandler', () => {
    const one = () =>
      useWsEventHandler('posted', ({ data }) => expectTypeOf(data).toEqualTypeOf<Post>(), { service: chat });
    const many = () =>
      useWsEventHandler(
        ['posted', 'typing'],
        (event) => expectTypeOf(event).toEqualTypeOf<EventOf<'posted' | 'typing', ChatTypes>>(),
        { service: chat },
      );
    expectTypeOf(one).returns.toBeVoid();
    expectTypeOf(many).returns.toBeVoid();
    // @ts-expect-error an event of the other endpoint
    expectTypeOf(() => useWsEventHandler('price', () => undefined, { service: chat })).toBeFunction();
  });

  it('useWsEvents and useWsReducer', () => {
    expectTypeOf(() => useWsEvents('posted', { service: chat, limit: 3 })).returns.toEqualTypeOf<
      readonly EventOf<'posted', ChatTypes>[]
    >();
    const sum = () =>
      useWsReducer('price', (total: number, { data }) => total + data, 0, { service: prices });
    expectTypeOf(sum).returns.toBeNumber();
    // @ts-expect-error an event of the other endpoint
    expectTypeOf(() => useWsEvents('posted', { service: prices })).toBeFunction();
    // @ts-expect-error an event of the other endpoint
    expectTypeOf(() => useWsReducer('typing', (n: number) => n, 0, { service: prices })).toBeFunction();
  });

  it('useWsStream', () => {
    expectTypeOf(() => useWsStream('posted', { service: chat })).returns.toEqualTypeOf<
      Observable<EventOf<'posted', ChatTypes>>
    >();
    const lengths = () =>
      useWsStream('posted', (posted$) => posted$.pipe(map(({ data }) => data.text.length)), [], 0, {
        service: chat,
      });
    expectTypeOf(lengths).returns.toBeNumber();
    const without = () =>
      useWsStream('price', (price$) => price$.pipe(map(({ data }) => data)), undefined, undefined, {
        service: prices,
      });
    expectTypeOf(without).returns.toEqualTypeOf<number | undefined>();
    // @ts-expect-error an event of the other endpoint
    expectTypeOf(() => useWsStream('price', { service: chat })).toBeFunction();
  });

  it('useWsSend, useWsRequest and useWebSocketService', () => {
    expectTypeOf(() => useWsSend({ service: chat })).returns.toEqualTypeOf<(typeof chat)['send']>();
    expectTypeOf(() => useWsRequest({ service: chat })).returns.toEqualTypeOf<(typeof chat)['request']>();
    expectTypeOf(() => useWebSocketService({ service: chat })).returns.toEqualTypeOf<typeof chat>();
    expectTypeOf(() => useWebSocketService()).returns.toEqualTypeOf<WebSocketService>();
    // @ts-expect-error no such message
    expectTypeOf(() => useWsSend({ service: chat })('sya')).toBeFunction();
  });

  it('the state is the same for every service', () => {
    expectTypeOf(() =>
      useConnectionStatus({ service: chat, grace: 5 }),
    ).returns.toEqualTypeOf<ConnectionStatus>();
    expectTypeOf(() => useConnection({ service: chat }).status).returns.toEqualTypeOf<ConnectionStatus>();
    expectTypeOf(() => useConnection(({ latency }) => latency, { service: prices })).returns.toEqualTypeOf<
      number | null
    >();
    expectTypeOf(() =>
      useConnectionStore((state) => state.status, { service: chat }),
    ).returns.toEqualTypeOf<ConnectionStatus>();
    const told = () =>
      useMissedEvents((missed) => expectTypeOf(missed).toEqualTypeOf<MissedEvents>(), { service: prices });
    expectTypeOf(told).returns.toBeVoid();
    const linked = () =>
      useWsConnected(({ resumed }) => expectTypeOf(resumed).toBeBoolean(), { service: prices });
    expectTypeOf(linked).returns.toBeVoid();
    expectTypeOf((): ReactNode => WebSocketDevtools({ service: chat })).toBeFunction();
  });

  it('undefined is the nearest service', () => {
    const maybe = chat as typeof chat | undefined;
    expectTypeOf(() => useWsEvent('posted', { service: maybe })?.data).returns.toEqualTypeOf<
      Post | undefined
    >();
    // @ts-expect-error null is no service
    expectTypeOf(() => useWsEvent('posted', { service: null })).toBeFunction();
  });
});

describe('no name', () => {
  it('is taken by every hook that takes names, and leaves the types as they are', () => {
    const name = 'posted' as 'posted' | NoName;
    expectTypeOf(() => useWsEvent(name, { service: chat })?.data).returns.toEqualTypeOf<Post | undefined>();
    expectTypeOf(() => useWsEvents([name, 'typing'], { service: chat })).returns.items.toEqualTypeOf<
      EventOf<'posted' | 'typing', ChatTypes>
    >();
    expectTypeOf(() => useWsReducer(undefined, (sum: number) => sum, 0)).returns.toBeNumber();
    expectTypeOf(() => useWsEventHandler(null, () => undefined)).returns.toBeVoid();
    expectTypeOf(() => useWsStream(false)).toBeFunction();
    const room = undefined as string | undefined;
    expectTypeOf(() => useWsEvent(room && `room:${room}`)?.data).returns.toBeUnknown();
    // @ts-expect-error a number is no name
    expectTypeOf(() => useWsEvent(0)).toBeFunction();
    // @ts-expect-error the service has no empty names
    expectTypeOf(() => chat.event$('')).toBeFunction();
  });
});
