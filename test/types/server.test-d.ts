/** One type is shared by a hub and its clients: a name or data that is misspelt on one side does not compile. */
import { createWebSocketService } from 'everwire/core';
import { createHub, type Hub, type HubSession } from 'everwire/server';
import { describe, expectTypeOf, it } from 'vitest';
import { WebSocketServer } from 'ws';

interface App {
  user: { id: string; name: string };
  events: { posted: { text: string }; cleared: undefined };
  messages: { typing: { room: string } };
  requests: { add: (data: { a: number; b: number }) => number; now: () => string };
  channels: `room:${number}`;
}

const hub = createHub<App>({
  authenticate: ({ token }) => (token === 'secret' ? { id: '1', name: 'ada' } : null),
  identify: (user) => {
    expectTypeOf(user).toEqualTypeOf<App['user']>();
    return user.id;
  },
  requests: {
    add: ({ a, b }, session) => {
      expectTypeOf(session).toEqualTypeOf<HubSession<App>>();
      expectTypeOf(session.user.name).toBeString();
      return a + b;
    },
    now: () => Promise.resolve('12:00'),
  },
  messages: {
    typing: ({ room }, session, { channel }) => {
      expectTypeOf(room).toBeString();
      expectTypeOf(channel).toEqualTypeOf<App['channels'] | undefined>();
      expectTypeOf(session.channels).toEqualTypeOf<readonly App['channels'][]>();
    },
  },
  channels: {
    join: (name, session, { reason }) => {
      expectTypeOf(name).toEqualTypeOf<App['channels']>();
      expectTypeOf(session.user.name).toBeString();
      expectTypeOf(reason).toEqualTypeOf<'join' | 'resume'>();
      return name === 'room:1' ? Promise.resolve(true) : { since: '1-1' };
    },
  },
});

describe('a hub with types', () => {
  it('publishes what is declared, to targets that exist', () => {
    expectTypeOf(hub.publish({ user: 'ada' }, 'posted', { text: 'hi' })).resolves.toBeString();
    void hub.publish({ all: true }, 'cleared');
    void hub.publish({ channel: 'room:1' }, 'cleared');
    // @ts-expect-error no such event
    void hub.publish({ all: true }, 'psoted', { text: 'hi' });
    // @ts-expect-error other data
    void hub.publish({ all: true }, 'posted', { txt: 'hi' });
    // @ts-expect-error no such channel
    void hub.publish({ channel: 'lobby' }, 'cleared');
    // @ts-expect-error no data
    void hub.publish({ all: true }, 'posted');
  });

  it('ends memberships in channels that exist', () => {
    void hub.leave({ user: 'ada' }, 'room:1', { reason: 'removed' });
    // @ts-expect-error no such channel
    void hub.leave({ user: 'ada' }, 'lobby');
    // @ts-expect-error a channel is no member of a channel
    void hub.leave({ channel: 'room:1' }, 'room:1');
    // @ts-expect-error undefined would let anybody in
    createHub<App>({ authenticate: () => null, identify: () => '', channels: { join: () => undefined } });
  });

  it('answers what is declared', () => {
    const rest = { authenticate: () => null, identify: () => '' };
    // @ts-expect-error no such request
    createHub<App>({ ...rest, requests: { ad: () => 1 } });
    // @ts-expect-error another reply
    createHub<App>({ ...rest, requests: { add: () => 'three' } });
    // @ts-expect-error no such message
    createHub<App>({ ...rest, messages: { tping: () => undefined } });
  });

  it('takes the sockets of ws', () => {
    new WebSocketServer({ port: 0 }).on('connection', hub.accept);
  });
});

describe('a hub whose channels have events of their own', () => {
  interface Rooms {
    user: { id: string };
    events: { notice: string };
    channels: { lobby: { opened: undefined }; [room: `room:${string}`]: { posted: { text: string } } };
  }
  const rooms = createHub<Rooms>({
    authenticate: () => null,
    identify: ({ id }) => id,
    channels: {
      join: (name) => {
        expectTypeOf(name).toEqualTypeOf<'lobby' | `room:${string}`>();
        return true;
      },
    },
  });

  it('publishes to a channel what the channel has', () => {
    const id: string = 'a';
    void rooms.publish({ channel: 'lobby' }, 'opened');
    void rooms.publish({ channel: `room:${id}` }, 'posted', { text: 'hi' });
    void rooms.publish({ user: 'ada' }, 'notice', 'hi');
    // @ts-expect-error the lobby has no such event
    void rooms.publish({ channel: 'lobby' }, 'posted', { text: 'hi' });
    // @ts-expect-error other data
    void rooms.publish({ channel: 'room:1' }, 'posted', { txt: 'hi' });
    // @ts-expect-error no such channel
    void rooms.publish({ channel: 'hall' }, 'posted', { text: 'hi' });
    // @ts-expect-error only a room has it
    void rooms.publish({ all: true }, 'posted', { text: 'hi' });
    void rooms.leave({ all: true }, 'lobby');
    // @ts-expect-error no such channel
    void rooms.leave({ all: true }, 'hall');
  });

  it('has clients that know the same', () => {
    const service = createWebSocketService<Rooms>();
    service
      .event$('posted', { channel: 'room:1' })
      .subscribe(({ data }) => expectTypeOf(data).toEqualTypeOf<{ text: string }>());
    // @ts-expect-error the lobby has no such event
    service.event$('posted', { channel: 'lobby' });
  });
});

describe('a client with the same types', () => {
  const service = createWebSocketService<App>();
  it('knows the same names and data', () => {
    service.event$('posted').subscribe(({ data }) => expectTypeOf(data.text).toBeString());
    expectTypeOf(service.request('add', { a: 1, b: 2 })).resolves.toBeNumber();
    expectTypeOf(service.request('now')).resolves.toBeString();
    service.send('typing', { room: '1' });
    // @ts-expect-error no such event
    service.event$('psoted');
    // @ts-expect-error no such request
    void service.request('ad');
    // @ts-expect-error no such message
    service.send('tping', { room: '1' });
  });
});

describe('a hub without types', () => {
  it('takes any name and data', () => {
    const untyped = createHub({ authenticate: () => ({}), identify: () => '' });
    expectTypeOf(untyped.publish({ all: true }, 'anything', 1)).resolves.toBeString();
  });
});

describe('handlers that publish', () => {
  it('may use the hub that they are given to, without its type being written down', () => {
    const typed = createHub<App>({
      authenticate: () => null,
      identify: ({ id }) => id,
      messages: {
        typing: ({ room }, { user }) => typed.publish({ user: user.id }, 'posted', { text: room }),
      },
      requests: {
        // What is returned is compared with the declared reply, so it must not be the hub's.
        async add({ a, b }) {
          await typed.publish({ all: true }, 'cleared');
          return a + b;
        },
      },
    });
    expectTypeOf(typed).toEqualTypeOf<Hub<App>>();

    const untyped = createHub({
      authenticate: () => null,
      identify: String,
      messages: { say: (_, session) => untyped.publish({ all: true }, 'said', session.id) },
      requests: { say: (data) => untyped.publish({ all: true }, 'said', data) },
    });
    expectTypeOf(untyped).toEqualTypeOf<Hub>();
  });
});
