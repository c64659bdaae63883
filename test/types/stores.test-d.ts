/** Stores with events: what folds know, what composes, and what is no such store. */

import {
  createWebSocketService,
  type EventOf,
  type EventStore,
  type MissedEvents,
  useWsEvent,
  useWsRecent,
  useWsReducer,
  useWsText,
  type WebSocketProviderProps,
  type WsText,
  withEvents,
} from 'everwire';
import { produce } from 'immer';
import { describe, expectTypeOf, it } from 'vitest';
import { create } from 'zustand';
import { devtools, persist, subscribeWithSelector } from 'zustand/middleware';
import { immer } from 'zustand/middleware/immer';
import { createStore } from 'zustand/vanilla';

interface Rooms {
  rooms: Record<string, number>;
  mark: (room: string) => void;
}

interface Types {
  events: { price: number; closed: { readonly why: string } };
}

const initial = (): Rooms => ({ rooms: {}, mark: () => undefined });

describe('withEvents', () => {
  it('makes an ordinary store, which can be attached', () => {
    const useRooms = create<Rooms>()(
      withEvents(
        {
          posted: (state, event) => {
            expectTypeOf(state).toEqualTypeOf<Rooms>();
            expectTypeOf(event.data).toBeUnknown();
            return { rooms: { [event.event]: event.seq } };
          },
        },
        (set, get) => ({
          rooms: {},
          mark: (room) => set({ rooms: { ...get().rooms, [room]: 0 } }),
        }),
        {
          missed(state, notice) {
            expectTypeOf(notice).toEqualTypeOf<MissedEvents>();
            state.mark('all');
          },
        },
      ),
    );
    expectTypeOf(useRooms).toExtend<EventStore>();
    expectTypeOf(() => useRooms((state) => state.rooms)).returns.toEqualTypeOf<Record<string, number>>();
    expectTypeOf(createWebSocketService().attach).parameter(0).toEqualTypeOf<EventStore>();
    expectTypeOf(createWebSocketService().attach).returns.toEqualTypeOf<() => void>();
    expectTypeOf<{ url: string; stores: [typeof useRooms] }>().toExtend<WebSocketProviderProps>();
  });

  it('refuses a fold that returns nothing, or something else', () => {
    // @ts-expect-error it returns nothing, and there is no draft
    create<Rooms>()(withEvents({ posted: (state) => void Object.keys(state) }, initial));
    // @ts-expect-error no such field
    create<Rooms>()(withEvents({ posted: (state) => ({ room: state.rooms }) }, initial));
  });

  it('composes with the middlewares of Zustand, which keep what they add', () => {
    const store = createStore<Rooms>()(
      devtools(
        subscribeWithSelector(
          persist(
            immer(
              withEvents(
                {
                  posted: (draft, { event }) => {
                    draft.rooms[event] = 1;
                  },
                },
                (set) => ({
                  rooms: {},
                  mark: (room) =>
                    set((draft) => {
                      draft.rooms[room] = 0;
                    }),
                }),
                { produce },
              ),
            ),
            { name: 'rooms', partialize: ({ rooms }) => ({ rooms }) },
          ),
        ),
      ),
    );
    expectTypeOf(store).toExtend<EventStore>();
    expectTypeOf(store.persist.hasHydrated()).toBeBoolean();
    expectTypeOf(() =>
      store.subscribe(
        (state) => state.rooms,
        (rooms) => expectTypeOf(rooms).toEqualTypeOf<Record<string, number>>(),
      ),
    ).returns.toEqualTypeOf<() => void>();
    const inside = create<Rooms>()(withEvents({}, immer(initial)));
    expectTypeOf(inside).toExtend<EventStore>();
  });

  it('knows the events of a service with types of its own', () => {
    const store = createStore<{ readonly last: number }>()(
      persist(
        withEvents<{ readonly last: number }, Types>(
          {
            price: (_, { data }) => ({ last: data }),
            closed: (state, event) => {
              expectTypeOf(event).toEqualTypeOf<EventOf<'closed', Types>>();
              return state;
            },
          },
          () => ({ last: 0 }),
        ),
        { name: 'last' },
      ),
    );
    expectTypeOf(store).toExtend<EventStore>();
    // @ts-expect-error no such event
    withEvents<{ readonly last: number }, Types>({ prise: () => ({ last: 0 }) }, () => ({ last: 0 }));
  });

  it('is what tells such a store from others', () => {
    const plain = createStore<Rooms>()(initial);
    // @ts-expect-error it gets no events
    createWebSocketService().attach(plain);
  });
});

describe('the hooks', () => {
  const prices = createWebSocketService<Types>();

  it('useWsReducer with actions returns the state and the actions, without the state in them', () => {
    const both = () =>
      useWsReducer('price', (sum: number, { data }) => sum + data, 0, {
        service: prices,
        start: 'newest',
        actions: { reset: () => 0, add: (sum, more: number, _why?: string) => sum + more },
      });
    expectTypeOf(both).returns.toEqualTypeOf<
      readonly [number, { readonly reset: () => void; readonly add: (more: number, why?: string) => void }]
    >();
    expectTypeOf(() =>
      useWsReducer('price', (sum: number) => sum, 0, { service: prices, start: 'now' }),
    ).returns.toBeNumber();
    // @ts-expect-error no such start
    expectTypeOf(() => useWsReducer('price', (sum: number) => sum, 0, { start: 'oldest' })).toBeFunction();
  });

  it('useWsRecent returns events, and its key knows them', () => {
    const recent = () =>
      useWsRecent(['price', 'closed'], { key: ({ event }) => event, ttl: 5, service: prices });
    expectTypeOf(recent).returns.toEqualTypeOf<readonly EventOf<'price' | 'closed', Types>[]>();
    // @ts-expect-error it needs a ttl
    expectTypeOf(() => useWsRecent('price', { key: ({ event }) => event })).toBeFunction();
  });

  it('useWsEvent takes every, and useWsText returns a text', () => {
    expectTypeOf(() => useWsEvent('price', { every: 250, service: prices })?.data).returns.toEqualTypeOf<
      number | undefined
    >();
    const text = () =>
      useWsText('closed', { append: ({ data }) => data.why, done: () => true, service: prices });
    expectTypeOf(text).returns.toEqualTypeOf<WsText>();
    // @ts-expect-error a piece is a text
    expectTypeOf(() => useWsText('price', { append: ({ data }) => data, service: prices })).toBeFunction();
    expectTypeOf(() =>
      useWsText('token', { channel: 'answer:1', from: 'start' }),
    ).returns.toEqualTypeOf<WsText>();
    // @ts-expect-error without a channel there is no past
    expectTypeOf(() => useWsText('token', { from: 'start' })).toBeFunction();
  });
});
