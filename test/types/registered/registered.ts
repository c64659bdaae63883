/**
 * The types where events are registered: every hook, event$ and every handler knows names and data. Not a `.test-d.ts`:
 * vitest would check it in the program of the root, which excludes it, and find no errors.
 */

import { type } from 'arktype';
import {
  createWebSocketService,
  type EventMap,
  type EventName,
  type EventOf,
  type EventsOf,
  type IWebSocketConfig,
  type IWebSocketEvent,
  type SendResult,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  useWsStream,
  websocketService,
} from 'everwire';
import * as core from 'everwire/core';
import { bufferTime, filter, map, type Observable, switchMap } from 'rxjs';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { Post, Typing } from './register.ts';

describe('names and data', () => {
  it('are those that were registered, and hello', () => {
    expectTypeOf<EventMap>().toEqualTypeOf<{ posted: Post; typing: Typing }>();
    expectTypeOf<EventName>().toEqualTypeOf<'posted' | 'typing' | 'hello'>();
    expectTypeOf<EventOf<'posted'>>().toEqualTypeOf<IWebSocketEvent<Post, 'posted'>>();
    expectTypeOf<EventOf<'hello'>['data']>().toBeUnknown();
  });

  it('are the same from everwire/core', () => {
    expectTypeOf<core.EventName>().toEqualTypeOf<EventName>();
    expectTypeOf<core.EventOf<'typing'>['data']>().toEqualTypeOf<Typing>();
    expectTypeOf(() => core.websocketService.event$('typing')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<Typing, 'typing'>>
    >();
    // @ts-expect-error no such event
    expectTypeOf(() => core.websocketService.event$('tpying')).toBeFunction();
  });

  it('make a union for a list of names, in which the name tells the data', () => {
    const handle = (event: EventOf<'posted' | 'typing'>): string => {
      switch (event.event) {
        case 'posted':
          return event.data.message;
        case 'typing':
          return event.data.user;
        default:
          return event satisfies never;
      }
    };
    expectTypeOf(handle).returns.toBeString();
  });
});

describe('the hooks', () => {
  it('useWsEvent', () => {
    expectTypeOf(() => useWsEvent('posted')?.data).returns.toEqualTypeOf<Post | undefined>();
    const selected = () => useWsEvent('posted', { select: ({ data }) => data.message.length });
    expectTypeOf(selected).returns.toEqualTypeOf<number | undefined>();
    const filtered = () => useWsEvent('typing', { where: ({ data }) => data.user === 'ann' });
    expectTypeOf(filtered).returns.toEqualTypeOf<EventOf<'typing'> | undefined>();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsEvent('psoted')).toBeFunction();
    // @ts-expect-error no such event, with options either
    expectTypeOf(() => useWsEvent('psoted', { where: () => true })).toBeFunction();
    // @ts-expect-error no such field
    expectTypeOf(() => useWsEvent('posted')?.data.text).toBeFunction();
    // @ts-expect-error no such field, in select either
    expectTypeOf(() => useWsEvent('posted', { select: ({ data }) => data.text })).toBeFunction();
  });

  it('useWsEventHandler', () => {
    const one = () => useWsEventHandler('posted', ({ data }) => expectTypeOf(data).toEqualTypeOf<Post>());
    const many = () =>
      useWsEventHandler(['posted', 'typing'], ({ data }) =>
        expectTypeOf(data).toEqualTypeOf<Post | Typing>(),
      );
    expectTypeOf(one).returns.toBeVoid();
    expectTypeOf(many).returns.toBeVoid();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsEventHandler('psoted', () => undefined)).toBeFunction();
    // @ts-expect-error one of them is no such event
    expectTypeOf(() => useWsEventHandler(['posted', 'tpying'], () => undefined)).toBeFunction();
    // @ts-expect-error a handler for other data
    expectTypeOf(() => useWsEventHandler('posted', (event: EventOf<'typing'>) => event)).toBeFunction();
  });

  it('useWsEvents and useWsReducer', () => {
    expectTypeOf(() => useWsEvents('typing')).returns.items.toEqualTypeOf<EventOf<'typing'>>();
    const words = () => useWsReducer('posted', (sum: number, { data }) => sum + data.message.length, 0);
    expectTypeOf(words).returns.toBeNumber();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsEvents('tpying')).toBeFunction();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsReducer('tpying', (sum: number) => sum, 0)).toBeFunction();
    // @ts-expect-error no such field
    expectTypeOf(() => useWsReducer('posted', (sum: number, { data }) => sum + data.size, 0)).toBeFunction();
  });
});

describe('useWsStream', () => {
  it('knows the events, the inputs and the output', () => {
    expectTypeOf(() => useWsStream('posted')).returns.toEqualTypeOf<Observable<EventOf<'posted'>>>();
    const lengths = () =>
      useWsStream('posted', (posted$) => posted$.pipe(map(({ data }) => data.message.length)));
    expectTypeOf(lengths).returns.toEqualTypeOf<number | undefined>();
    const both = () =>
      useWsStream(['posted', 'typing'], (events$) => {
        expectTypeOf(events$).toEqualTypeOf<Observable<EventOf<'posted'> | EventOf<'typing'>>>();
        return events$;
      });
    expectTypeOf(both).returns.toEqualTypeOf<EventOf<'posted'> | EventOf<'typing'> | undefined>();
    const user: string = 'ann';
    const withInputs = () =>
      useWsStream(
        'typing',
        (typing$, inputs$) => {
          expectTypeOf(inputs$).toEqualTypeOf<Observable<readonly [string, 1]>>();
          return inputs$.pipe(switchMap(([name]) => typing$.pipe(filter(({ data }) => data.user === name))));
        },
        [user, 1],
      );
    expectTypeOf(withInputs).returns.toEqualTypeOf<EventOf<'typing'> | undefined>();
    const listed = () => useWsStream('posted', (posted$) => posted$.pipe(bufferTime(1000)), [], []);
    expectTypeOf(listed).returns.toEqualTypeOf<EventOf<'posted'>[]>();
    const nullable = () => useWsStream('posted', (posted$) => posted$.pipe(map(({ seq }) => seq)), [], null);
    expectTypeOf(nullable).returns.toEqualTypeOf<number | null>();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsStream('psoted')).toBeFunction();
    // @ts-expect-error no such field
    expectTypeOf(() => useWsStream('posted', (p$) => p$.pipe(map(({ data }) => data.text)))).toBeFunction();
    // @ts-expect-error a pipeline returns an Observable
    expectTypeOf(() => useWsStream('posted', () => 5)).toBeFunction();
  });
});

describe('the service', () => {
  it('event$ knows names and data; events$ is every event', () => {
    expectTypeOf(() => websocketService.event$('posted')).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<Post, 'posted'>>
    >();
    expectTypeOf(() => websocketService.event$(['posted', 'typing'])).returns.toEqualTypeOf<
      Observable<EventOf<'posted'> | EventOf<'typing'>>
    >();
    expectTypeOf(websocketService.events$).toEqualTypeOf<Observable<IWebSocketEvent>>();
    // @ts-expect-error no such event
    expectTypeOf(() => websocketService.event$('psoted')).toBeFunction();
  });
});

describe('what is sent', () => {
  const send = useWsSend();
  const { send: sendFromCore } = core.websocketService;

  it('send knows names and data', () => {
    expectTypeOf(() => send('user_typing', { channel: 'a' })).returns.toEqualTypeOf<SendResult>();
    expectTypeOf(() => send('leave')).returns.toEqualTypeOf<SendResult>();
    expectTypeOf(() => sendFromCore('user_typing', { channel: 'a' })).returns.toEqualTypeOf<SendResult>();
    // @ts-expect-error no such message
    expectTypeOf(() => send('user_tpying', { channel: 'a' })).toBeFunction();
    // @ts-expect-error data of another kind
    expectTypeOf(() => send('user_typing', { channel: 7 })).toBeFunction();
    // @ts-expect-error it needs data
    expectTypeOf(() => send('user_typing')).toBeFunction();
  });

  it('request knows names, data and replies', () => {
    const request = useWsRequest();
    expectTypeOf(() => request('history', { channel: 'a' })).returns.toEqualTypeOf<
      Promise<readonly Post[]>
    >();
    expectTypeOf(() => request('whoami')).returns.toEqualTypeOf<Promise<{ name: string }>>();
    expectTypeOf(() => request('whoami', undefined, { timeout: 5 })).toBeFunction();
    expectTypeOf(() => request('history', { channel: 'a' }, { timeout: 5 })).toBeFunction();
    // @ts-expect-error no such request
    expectTypeOf(() => request('hsitory', { channel: 'a' })).toBeFunction();
    // @ts-expect-error data of another kind
    expectTypeOf(() => request('history', { channel: 'a', limit: '5' })).toBeFunction();
    // @ts-expect-error it needs data
    expectTypeOf(() => request('history')).toBeFunction();
    // @ts-expect-error the options come after the data
    expectTypeOf(() => request('history', { channel: 'a' }, { timout: 5 })).toBeFunction();
  });

  it('stream knows names, data and parts', () => {
    const { stream } = websocketService;
    expectTypeOf(() => stream('ask', { text: 'a' })).returns.toEqualTypeOf<AsyncIterableIterator<string>>();
    expectTypeOf(() => stream('ask', { text: 'a' }, { timeout: 5 })).toBeFunction();
    // @ts-expect-error no such stream
    expectTypeOf(() => stream('history', { channel: 'a' })).toBeFunction();
    // @ts-expect-error it needs data
    expectTypeOf(() => stream('ask')).toBeFunction();
  });
});

describe('schemas', () => {
  it('make what was registered', () => {
    const posted = z.object({ id: z.string(), message: z.string() });
    const typing = v.object({ user: v.string() });
    expectTypeOf<{ url: string; schemas: { posted: typeof posted } }>().toExtend<IWebSocketConfig>();
    expectTypeOf<{
      url: string;
      schemas: { posted: typeof posted; typing: typeof typing };
    }>().toExtend<IWebSocketConfig>();
    const configs: readonly IWebSocketConfig[] = [
      { url: '', schemas: { posted, typing } },
      { url: '', schemas: { typing: type({ user: 'string' }) } },
      // @ts-expect-error it makes something else
      { url: '', schemas: { posted: z.object({ id: z.number(), message: z.string() }) } },
      // @ts-expect-error no such event
      { url: '', schemas: { psoted: posted } },
    ];
    expectTypeOf(configs).items.toEqualTypeOf<IWebSocketConfig>();
  });

  it('can be what is registered', () => {
    const schemas = {
      posted: z.object({ id: z.string(), at: z.string().transform((text) => new Date(text)) }),
      typing: v.object({ user: v.string() }),
      left: type({ user: 'string' }),
    };
    expectTypeOf<EventsOf<typeof schemas>>().toEqualTypeOf<{
      posted: { id: string; at: Date };
      typing: { user: string };
      left: { user: string };
    }>();
  });
});

describe('a service with types of its own', () => {
  const prices = createWebSocketService<{ events: { price: number } }>();

  it('has those, and nothing that is registered', () => {
    expectTypeOf(() => useWsEvent('price', { service: prices })?.data).returns.toEqualTypeOf<
      number | undefined
    >();
    expectTypeOf(() => useWsSend({ service: prices })('anything', 5)).returns.toEqualTypeOf<SendResult>();
    // @ts-expect-error registered, but not sent by this service
    expectTypeOf(() => useWsEvent('posted', { service: prices })).toBeFunction();
    // @ts-expect-error not registered, and no service is given
    expectTypeOf(() => useWsEvent('price')).toBeFunction();
    const own = createWebSocketService();
    expectTypeOf(() => useWsEvent('posted', { service: own })?.data).returns.toEqualTypeOf<
      Post | undefined
    >();
  });
});
