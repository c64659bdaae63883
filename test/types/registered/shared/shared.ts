/**
 * One type for a server and its clients, where `Register` extends it: what is misspelt on one side does not compile there,
 * and what is renamed in the type does not compile on both.
 */
import {
  createWebSocketService,
  type EventOf,
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  type WebSocketService,
  websocketService,
} from 'everwire';
import { createHub, type Hub, type HubOptions, type HubSession } from 'everwire/server';
import { describe, expectTypeOf, it } from 'vitest';
import * as z from 'zod';
import type { App } from './app.ts';
import { hub } from './realtime.ts';

const post = { id: '1', from: 'Ada', text: 'Hello' };
const rest = { authenticate: () => null, identify: (user: App['user']) => user.id };

describe('from the server to the client: events', () => {
  it('are published with their data', () => {
    expectTypeOf(hub).toEqualTypeOf<Hub<App>>();
    void hub.publish({ all: true }, 'posted', post);
    void hub.publish({ user: '1' }, 'cleared');
    // @ts-expect-error no such event
    void hub.publish({ all: true }, 'psoted', post);
    // @ts-expect-error a field is missing
    void hub.publish({ all: true }, 'posted', { id: '1', from: 'Ada' });
    // @ts-expect-error a field is misspelt
    void hub.publish({ all: true }, 'posted', { ...post, txt: 'Hello' });
    // @ts-expect-error data where the event has none
    void hub.publish({ all: true }, 'cleared', 1);
    // @ts-expect-error a message, which is what clients send
    void hub.publish({ all: true }, 'say', { text: 'Hello' });
  });

  it('are published to a session in a handler', () => {
    const options: HubOptions<App> = {
      ...rest,
      requests: {
        add: ({ a, b }, session) => {
          void session.publish('posted', post);
          // @ts-expect-error no such event
          void session.publish('psoted', post);
          // @ts-expect-error other data
          void session.publish('posted', { text: 1 });
          return a + b;
        },
      },
    };
    expectTypeOf(options).toExtend<HubOptions<App>>();
  });

  it('are heard with the same names and data', () => {
    const component = () => {
      expectTypeOf(useWsEvent('posted')?.data).toEqualTypeOf<App['events']['posted'] | undefined>();
      expectTypeOf(useWsEvents('typing')[0]?.data.from).toEqualTypeOf<string | undefined>();
      useWsEventHandler('posted', ({ data }) => expectTypeOf(data).toEqualTypeOf<typeof post>());
      useWsEventHandler(['posted', 'typing'], ({ data }) => expectTypeOf(data.from).toBeString());
      expectTypeOf(useWsReducer('posted', (sum: number, { data }) => sum + data.text.length, 0)).toBeNumber();
      useMissedEvents(() => undefined);
      // @ts-expect-error no such event
      useWsEvent('psoted');
      // @ts-expect-error no such event
      useWsEventHandler('psoted', () => undefined);
      // @ts-expect-error no such field
      useWsEventHandler('posted', ({ data }) => data.txt);
      // @ts-expect-error a message, which is what clients send
      useWsEvents('say');
    };
    expectTypeOf(component).toBeFunction();
    expectTypeOf<EventOf<'posted'>['data']>().toEqualTypeOf<typeof post>();
    expectTypeOf(() => websocketService.event$('posted')).toBeFunction();
    // @ts-expect-error no such event
    expectTypeOf(() => websocketService.event$('psoted')).toBeFunction();
  });
});

describe('from the client to the server: messages', () => {
  it('are sent with their data', () => {
    const component = () => {
      const send = useWsSend();
      send('say', { text: 'Hello' });
      send('typing');
      // @ts-expect-error no such message
      send('sya', { text: 'Hello' });
      // @ts-expect-error other data
      send('say', { txt: 'Hello' });
      // @ts-expect-error no data
      send('say');
      // @ts-expect-error an event, which is what the server publishes
      send('posted', post);
    };
    expectTypeOf(component).toBeFunction();
  });

  it('are received with the same names and data, from a session with the same user', () => {
    createHub<App>({
      ...rest,
      messages: {
        say: (data, session) => {
          expectTypeOf(data).toEqualTypeOf<{ text: string }>();
          expectTypeOf(session).toEqualTypeOf<HubSession<App>>();
          expectTypeOf(session.user).toEqualTypeOf<App['user']>();
        },
      },
    });
    // @ts-expect-error no such message
    createHub<App>({ ...rest, messages: { sya: () => undefined } });
    // @ts-expect-error no such field
    createHub<App>({ ...rest, messages: { say: ({ txt }) => txt } });
    // @ts-expect-error no such field of the user
    createHub<App>({ ...rest, messages: { say: (_, { user }) => user.nmae } });
  });
});

describe('from the client to the server, and back: requests', () => {
  it('are asked with their data, and answered with their reply', () => {
    const component = () => {
      const request = useWsRequest();
      expectTypeOf(request('add', { a: 1, b: 2 })).resolves.toBeNumber();
      // @ts-expect-error no such request
      void request('ad', { a: 1, b: 2 });
      // @ts-expect-error other data
      void request('add', { a: 1, c: 2 });
      // @ts-expect-error a message, which has no reply
      void request('say', { text: 'Hello' });
    };
    expectTypeOf(component).toBeFunction();
  });

  it('are answered on the server with that reply', () => {
    createHub<App>({ ...rest, requests: { add: ({ a, b }) => Promise.resolve(a + b) } });
    // @ts-expect-error no such request
    createHub<App>({ ...rest, requests: { ad: () => 1 } });
    // @ts-expect-error another reply
    createHub<App>({ ...rest, requests: { add: () => 'three' } });
    // @ts-expect-error no such field
    createHub<App>({ ...rest, requests: { add: ({ a, c }) => a + c } });
  });
});

describe('schemas for what clients send', () => {
  it('make the data that the handler gets', () => {
    createHub<App>({ ...rest, schemas: { say: z.object({ text: z.string().trim() }) } });
    createHub<App>({ ...rest, schemas: { add: z.object({ a: z.number(), b: z.coerce.number() }) } });
    // @ts-expect-error neither a message nor a request
    createHub<App>({ ...rest, schemas: { sya: z.object({ text: z.string() }) } });
    // @ts-expect-error an event: clients do not send it
    createHub<App>({ ...rest, schemas: { posted: z.object({}) } });
    // @ts-expect-error makes other data than the message has
    createHub<App>({ ...rest, schemas: { say: z.object({ txt: z.string() }) } });
    // @ts-expect-error makes other data than the request has
    createHub<App>({ ...rest, schemas: { add: z.object({ a: z.number() }) } });
  });
});

describe('users', () => {
  it('are what authenticate returns', () => {
    createHub<App>({ authenticate: () => ({ id: '1', name: 'Ada' }), identify: ({ name }) => name });
    // @ts-expect-error a field is missing
    createHub<App>({ authenticate: () => ({ id: '1' }), identify: ({ id }) => id });
    // @ts-expect-error no such field
    createHub<App>({ authenticate: () => null, identify: (user) => user.nmae });
  });
});

describe('a service', () => {
  it('has the same types, by Register and by its own', () => {
    expectTypeOf(createWebSocketService<App>().event$('posted')).toEqualTypeOf(
      websocketService.event$('posted'),
    );
    expectTypeOf<WebSocketService<App>['send']>().toEqualTypeOf<WebSocketService['send']>();
  });
});
