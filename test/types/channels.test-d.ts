/** Names and events of channels, by the types of a service. */

import {
  type ChannelName,
  createWebSocketService,
  type IWebSocketEvent,
  joinChannel,
  useMissedEvents,
  useWsChannel,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsStream,
} from 'everwire';
import { map, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';

interface Post {
  readonly text: string;
}

type Names = { events: { posted: Post }; channels: 'lobby' | `room:${string}`; messages: { say: string } };
type Each = { channels: { lobby: { opened: null }; [room: `room:${string}`]: { posted: Post } } };

const named = createWebSocketService<Names>();
const each = createWebSocketService<Each>();

describe('channels that are names', () => {
  it('are those that were declared, or templates of them', () => {
    expectTypeOf<ChannelName<Names>>().toEqualTypeOf<'lobby' | `room:${string}`>();
    expectTypeOf(() => useWsChannel('room:42', { service: named })).toBeFunction();
    expectTypeOf(() => joinChannel(named, 'lobby')).toBeFunction();
    // @ts-expect-error no such channel
    expectTypeOf(() => useWsChannel('rooms:42', { service: named })).toBeFunction();
    // @ts-expect-error no such channel
    expectTypeOf(() => joinChannel(named, 'loby')).toBeFunction();
    // @ts-expect-error no such channel
    expectTypeOf(() => useMissedEvents(() => undefined, { service: named, channel: 'loby' })).toBeFunction();
  });

  it('have the events of `events`', () => {
    const options = { service: named, channel: 'room:1' } as const;
    expectTypeOf(() => useWsEvent('posted', options)?.data).returns.toEqualTypeOf<Post | undefined>();
    // @ts-expect-error no such event
    expectTypeOf(() => useWsEvent('psoted', options)).toBeFunction();
    // @ts-expect-error no such channel
    expectTypeOf(() => useWsEvent('posted', { service: named, channel: 'loby' })).toBeFunction();
  });

  it('send the messages of `messages`', () => {
    const { send } = joinChannel(named, 'lobby');
    expectTypeOf(() => send('say', 'hi')).returns.toEqualTypeOf<'sent' | 'queued' | 'refused'>();
    // @ts-expect-error no such message
    expectTypeOf(() => send('sya', 'hi')).toBeFunction();
  });
});

describe('channels that say which events they have', () => {
  const room = { service: each, channel: 'room:1' } as const;
  const lobby = { service: each, channel: 'lobby' } as const;

  it('type every hook that takes a channel', () => {
    expectTypeOf(() => useWsEvent('posted', room)?.data).returns.toEqualTypeOf<Post | undefined>();
    expectTypeOf(() => useWsEvent('opened', lobby)?.data).returns.toEqualTypeOf<null | undefined>();
    const texts = () => useWsEvents('posted', room).map(({ data }) => data.text);
    expectTypeOf(texts).returns.toEqualTypeOf<string[]>();
    const total = () => useWsReducer('posted', (sum: number, { data }) => sum + data.text.length, 0, room);
    expectTypeOf(total).returns.toBeNumber();
    expectTypeOf(() => useWsEventHandler('posted', ({ data }) => data.text, room)).returns.toBeVoid();
    expectTypeOf(() => useWsStream('posted', room)).returns.toEqualTypeOf<
      Observable<IWebSocketEvent<Post, 'posted'>>
    >();
    const piped = () =>
      useWsStream('posted', (posts$) => posts$.pipe(map(({ data }) => data.text)), [], undefined, room);
    expectTypeOf(piped).returns.toEqualTypeOf<string | undefined>();
    expectTypeOf(each.event$('posted', { channel: 'room:1' })).toEqualTypeOf<
      Observable<IWebSocketEvent<Post, 'posted'>>
    >();
  });

  it('know no events of other channels', () => {
    // @ts-expect-error an event of rooms
    expectTypeOf(() => useWsEvent('posted', lobby)).toBeFunction();
    // @ts-expect-error an event of the lobby
    expectTypeOf(() => useWsEventHandler('opened', () => undefined, room)).toBeFunction();
  });

  it('take a name that is not known yet', () => {
    const id = undefined as string | undefined;
    const channel = id === undefined ? undefined : (`room:${id}` as const);
    expectTypeOf(() => useWsEvent('posted', { service: each, channel })?.data).returns.toEqualTypeOf<
      Post | undefined
    >();
    expectTypeOf(() => useWsChannel(channel, { service: each }).status).returns.toEqualTypeOf<
      'idle' | 'waiting' | 'joining' | 'joined' | 'refused'
    >();
  });
});

describe('without types', () => {
  it('any name is a channel', () => {
    expectTypeOf<ChannelName>().toEqualTypeOf<string>();
    expectTypeOf(() => useWsEvent('posted', { channel: 'a' })?.data).returns.toEqualTypeOf<unknown>();
  });
});
