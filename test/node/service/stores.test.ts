/** `withEvents`: a Zustand store that events change, shared by everything that reads it (rules F1 and F2). */
import {
  createWebSocketService,
  type EventStore,
  type IWebSocketConfig,
  type WebSocketServiceError,
  withEvents,
} from 'everwire/core';
import type { FakeServerOptions } from 'everwire/testing';
import { produce } from 'immer';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createJSONStorage, devtools, persist, subscribeWithSelector } from 'zustand/middleware';
import { immer } from 'zustand/middleware/immer';
import { createStore } from 'zustand/vanilla';
import { connectedRig, type Rig, rig } from '../../support/fake.ts';

interface Unread {
  readonly total: number;
  readonly rooms: Readonly<Record<string, number>>;
  readonly markRead: (room: string) => void;
  readonly addOne: () => void;
}

/** The length of a frame, ms. */
const FRAME_MS = 16;

beforeEach(() => {
  // Node has none. Fake timers fake it if it is there.
  vi.stubGlobal('requestAnimationFrame', () => 0);
  vi.stubGlobal('cancelAnimationFrame', () => undefined);
  onTestFinished(() => void vi.unstubAllGlobals());
});

const roomOf = (event: { readonly data: unknown }): string => (event.data as { readonly room: string }).room;

let folded = 0;

/** Counts what was posted, in all and by room. A room named "bad" makes it throw. */
const count = (state: Unread, event: { readonly data: unknown }): Partial<Unread> => {
  folded += 1;
  const room = roomOf(event);
  if (room === 'bad') throw new Error('a bad room');
  return { total: state.total + 1, rooms: { ...state.rooms, [room]: (state.rooms[room] ?? 0) + 1 } };
};

const createUnread = (options = {}) =>
  createStore<Unread>()(
    withEvents(
      { posted: count },
      (set, get) => ({
        total: 0,
        rooms: {},
        markRead: (room) => set(({ rooms }) => ({ rooms: { ...rooms, [room]: 0 } })),
        // Reads, then sets: what came between two frames must not be lost.
        addOne: () => set({ total: get().total + 1 }),
      }),
      options,
    ),
  );

async function connected(more: Partial<IWebSocketConfig> = {}, options: FakeServerOptions = {}) {
  folded = 0;
  const ready = await connectedRig(options, more);
  const store = createUnread();
  const changes: number[] = [];
  store.subscribe(({ total }) => changes.push(total));
  const post = (...rooms: readonly string[]): void => {
    for (const room of rooms) ready.server.emit('posted', { room });
  };
  const total = (): number => store.getState().total;
  return { ...ready, store, changes, post, total };
}

describe('F1: a store with events', () => {
  it('gets none before it is attached, each once while it is, and none after', async () => {
    const { service, store, post, pass, total } = await connected();
    post('a');
    await pass();
    expect(total()).toBe(0);
    const detach = service.attach(store);
    post('a', 'b', 'a');
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 3, rooms: { a: 2, b: 1 } });
    expect(folded).toBe(3);
    detach();
    detach();
    post('a');
    await pass(50);
    expect(total()).toBe(3);
  });

  it('tells subscribers once per frame, however many events come, and reads are never behind', async () => {
    const { service, store, post, pass, changes, total } = await connected();
    service.attach(store);
    vi.advanceTimersToNextFrame();
    for (let part = 0; part < 10; part += 1) {
      post(...Array.from({ length: 1_000 }, () => 'a'));
      await pass(1);
    }
    expect(total()).toBe(10_000);
    expect(changes).toEqual([]);
    await pass(FRAME_MS);
    expect(changes).toEqual([10_000]);
    expect(folded).toBe(10_000);
    await pass(100);
    expect(changes).toEqual([10_000]);
  });

  it('is committed with the newest events: in the same frame, and before a status that follows', async () => {
    const { service, store, post, pass } = await connected();
    service.attach(store);
    const seen: unknown[] = [];
    const look = (): void =>
      void seen.push([store.getState().total, service.store.getState().lastEvents.has('posted')]);
    store.subscribe(look);
    post('a');
    await pass(FRAME_MS + 5);
    expect(seen).toEqual([[1, true]]);
  });

  it('folds what came first before what an action sets, and loses nothing that an action read', async () => {
    const { service, store, post, pass, total, changes } = await connected();
    service.attach(store);
    post('a', 'a');
    await pass(1);
    store.getState().addOne();
    expect(total()).toBe(3);
    expect(changes).toEqual([2, 3]);
    store.getState().markRead('a');
    post('a');
    await pass(1);
    store.setState(({ rooms }) => ({ rooms: { ...rooms, a: (rooms['a'] ?? 0) + 10 } }));
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 4, rooms: { a: 11 } });
  });

  it('folds onto a state that another writer has replaced between two frames', async () => {
    folded = 0;
    const { service, server, pass } = await connectedRig();
    let answer: (text: string) => void = () => undefined;
    const stored = new Promise<string>((resolve) => {
      answer = resolve;
    });
    const store = createStore<Unread>()(
      persist(
        withEvents(
          { posted: count },
          (): Unread => ({
            total: 0,
            rooms: {},
            markRead: () => undefined,
            addOne: () => undefined,
          }),
        ),
        {
          name: 'unread',
          storage: createJSONStorage(() => ({
            getItem: () => stored,
            setItem: () => undefined,
            removeItem: () => undefined,
          })),
        },
      ),
    );
    service.attach(store);
    server.emit('posted', { room: 'a' });
    await pass(1);
    expect(store.getState().total).toBe(1);
    answer(JSON.stringify({ state: { total: 100, rooms: { b: 100 } }, version: 0 }));
    await pass(1);
    expect(store.getState()).toMatchObject({ total: 101, rooms: { a: 1, b: 100 } });
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 101, rooms: { a: 1, b: 100 } });
  });

  it('does not tell anyone of a fold that returns the state itself', async () => {
    const { service, server, pass } = await connectedRig();
    const store = createStore<{ readonly n: number }>()(
      withEvents({ tick: (state) => state }, () => ({ n: 1 })),
    );
    const listener = vi.fn();
    store.subscribe(listener);
    service.attach(store);
    server.emit('tick', 1);
    await pass(50);
    expect(listener).not.toHaveBeenCalled();
  });

  it('may be no object', async () => {
    const { service, server, pass } = await connectedRig();
    const store = createStore<number>()(
      withEvents({ tick: (state, { data }) => state + Number(data) }, () => 0),
    );
    service.attach(store);
    for (const n of [1, 2, 3]) server.emit('tick', n);
    await pass(50);
    expect(store.getState()).toBe(6);
  });

  it('keeps names as names: no event reaches what objects inherit', async () => {
    const { service, server, pass, errors } = await connectedRig();
    const store = createStore<object>()(withEvents({}, () => ({})));
    service.attach(store);
    for (const name of ['toString', 'constructor', '__proto__']) server.emit(name, {});
    await pass(50);
    expect(store.getState()).toEqual({});
    expect(errors).toEqual([]);
  });
});

describe('F1: errors in a fold', () => {
  it('are reported, change nothing, and stop no other event, store or handler', async () => {
    const { service, store, post, pass, errors, total } = await connected();
    const other = createUnread();
    const heard: string[] = [];
    service.attach(store);
    service.attach(other);
    service.event$('posted').subscribe((event) => heard.push(roomOf(event)));
    post('a', 'bad', 'b');
    await pass(50);
    expect(total()).toBe(2);
    expect(other.getState().total).toBe(2);
    expect(heard).toEqual(['a', 'bad', 'b']);
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      ['handler-failed', 'The fold of "posted" threw: a bad room'],
      ['handler-failed', 'The fold of "posted" threw: a bad room'],
    ]);
    expect(errors[0]?.cause).toEqual(new Error('a bad room'));
  });

  it('tell of a fold that returns nothing, or sets the state itself', async () => {
    const { service, server, pass, errors } = await connectedRig();
    const store = createStore<{ n: number }>()(
      withEvents(
        {
          // As in JavaScript.
          mutate: ((state: { n: number }) => {
            state.n += 0;
          }) as never,
          set: () => {
            store.setState({ n: 5 });
            return { n: 6 };
          },
        },
        () => ({ n: 0 }),
      ),
    );
    service.attach(store);
    server.emit('mutate');
    server.emit('set');
    await pass(50);
    expect(store.getState()).toEqual({ n: 0 });
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/fold of "mutate".*returned nothing.*produce/),
      expect.stringMatching(/fold of "set".*must not set/),
    ]);
    store.setState({ n: 7 });
    expect(store.getState()).toEqual({ n: 7 });
  });

  it('of a subscriber of the store do not stop what else is shown in the frame', async () => {
    const { service, store, post, pass, errors, changes } = await connected();
    const stop = store.subscribe(() => {
      throw new Error('a subscriber');
    });
    service.attach(store);
    const shown: number[] = [];
    const other = createUnread();
    other.subscribe(({ total }) => shown.push(total));
    service.attach(other);
    post('a');
    await pass(50);
    expect(changes).toEqual([1]);
    expect(shown).toEqual([1]);
    expect(service.store.getState().lastEvents.get('posted')?.data).toEqual({ room: 'a' });
    expect(errors.map(({ message }) => message)).toEqual([
      'A subscriber of a store with events threw: a subscriber',
    ]);
    stop();
  });
});

describe('F1: with the middlewares of Zustand', () => {
  function memory() {
    const items = new Map<string, string>();
    const writes: string[] = [];
    return {
      items,
      writes,
      storage: createJSONStorage(() => ({
        getItem: (name) => items.get(name) ?? null,
        setItem: (name, value) => {
          items.set(name, value);
          writes.push(value);
        },
        removeItem: (name) => void items.delete(name),
      })),
    };
  }

  interface Count {
    readonly n: number;
    readonly last: string;
    readonly add: (n: number) => void;
  }

  const addEach = (state: Count, { data }: { readonly data: unknown }): Partial<Count> => ({
    n: state.n + Number(data),
  });

  async function emit({ server, pass }: Rig, ...numbers: readonly number[]): Promise<void> {
    for (const n of numbers) server.emit('tick', n);
    await pass(50);
  }

  it('persist around it: one write per frame, and the state after a reload', async () => {
    const ready = await connectedRig();
    const { storage, writes } = memory();
    const create = () =>
      createStore<Count>()(
        persist(
          withEvents({ tick: addEach }, (set, get) => ({
            n: 0,
            last: '',
            add: (n) => set({ n: get().n + n }),
          })),
          { name: 'count', storage },
        ),
      );
    const first = create();
    const detach = ready.service.attach(first);
    await emit(ready, 1, 2, 3);
    expect(writes).toHaveLength(1);
    first.getState().add(4);
    detach();
    const second = create();
    expect(second.getState().n).toBe(10);
    ready.service.attach(second);
    await emit(ready, 5);
    expect(second.getState().n).toBe(15);
    expect(first.getState().n).toBe(10);
    expect(second.persist.getOptions().name).toBe('count');
  });

  it('persist inside it', async () => {
    const ready = await connectedRig();
    const { storage, writes, items } = memory();
    const store = createStore<Count>()(
      withEvents(
        { tick: addEach },
        persist((set, get) => ({ n: 0, last: '', add: (n) => set({ n: get().n + n }) }), {
          name: 'count',
          storage,
        }),
      ),
    );
    ready.service.attach(store);
    await emit(ready, 1, 2);
    store.getState().add(4);
    expect(writes).toHaveLength(2);
    expect(JSON.parse(items.get('count') ?? '').state.n).toBe(7);
    expect(store.persist.hasHydrated()).toBe(true);
  });

  it('a storage that is full is reported, and the state goes on', async () => {
    const ready = await connectedRig();
    const { errors, service } = ready;
    const store = createStore<Count>()(
      persist(
        withEvents({ tick: addEach }, (): Count => ({ n: 0, last: '', add: () => undefined })),
        {
          name: 'count',
          storage: createJSONStorage(() => ({
            getItem: () => null,
            setItem: () => {
              throw new Error('the quota is exceeded');
            },
            removeItem: () => undefined,
          })),
        },
      ),
    );
    service.attach(store);
    await emit(ready, 1);
    await emit(ready, 2);
    expect(store.getState().n).toBe(3);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringContaining('quota'),
      expect.stringContaining('quota'),
    ]);
  });

  it('subscribeWithSelector: only the part that changed, once per frame', async () => {
    const ready = await connectedRig();
    const create = {
      around: () =>
        createStore<Count>()(
          subscribeWithSelector(
            withEvents({ tick: addEach }, (): Count => ({ n: 0, last: '', add: () => undefined })),
          ),
        ),
      inside: () =>
        createStore<Count>()(
          withEvents(
            { tick: addEach },
            subscribeWithSelector((): Count => ({ n: 0, last: '', add: () => undefined })),
          ),
        ),
    };
    for (const store of [create.around(), create.inside()]) {
      const detach = ready.service.attach(store);
      const seen: unknown[] = [];
      store.subscribe(
        ({ n }) => n,
        (n, before) => seen.push([before, n]),
      );
      store.subscribe(
        ({ last }) => last,
        (last) => seen.push(last),
      );
      await emit(ready, 1, 2);
      await emit(ready, 3);
      expect(seen).toEqual([
        [0, 3],
        [3, 6],
      ]);
      detach();
    }
  });

  it('devtools: one action per frame, which names the events; time travel', async () => {
    const sent: (readonly [unknown, unknown])[] = [];
    let tell: (message: unknown) => void = () => undefined;
    vi.stubGlobal('window', {
      __REDUX_DEVTOOLS_EXTENSION__: {
        connect: () => ({
          init: () => undefined,
          send: (action: unknown, state: unknown) => sent.push([action, state]),
          subscribe: (listener: typeof tell) => {
            tell = listener;
            return () => undefined;
          },
        }),
      },
    });
    const ready = await connectedRig();
    const store = createStore<Count>()(
      devtools(
        withEvents({ tick: addEach, tock: addEach }, (set, get) => ({
          n: 0,
          last: '',
          add: (n) => set({ n: get().n + n }, false, 'add'),
        })),
        { enabled: true },
      ),
    );
    ready.service.attach(store);
    ready.server.emit('tock', 1);
    await emit(ready, 1, 2);
    store.getState().add(6);
    expect(sent).toMatchObject([
      [{ type: 'tock,tick' }, { n: 4 }],
      [{ type: 'add' }, { n: 10 }],
    ]);
    ready.server.emit('tick', 1);
    await ready.pass(1);
    tell({ type: 'DISPATCH', payload: { type: 'JUMP_TO_STATE' }, state: JSON.stringify({ n: 4 }) });
    await ready.pass(50);
    expect(store.getState().n).toBe(5);
  });

  it('immer: actions and folds change a draft; a fold that throws half-way changes nothing', async () => {
    interface Rooms {
      rooms: Record<string, { unread: number }>;
      markRead: (room: string) => void;
    }
    const ready = await connectedRig();
    const { service, server, pass, errors } = ready;
    const post = (state: Rooms, event: { readonly data: unknown }): void => {
      const room = roomOf(event);
      state.rooms[room] ??= { unread: 0 };
      state.rooms[room].unread += 1;
      if (room === 'bad') throw new Error('half-way');
    };
    const renamed = (_: Rooms, event: { readonly data: unknown }): Partial<Rooms> => ({
      rooms: { [roomOf(event)]: { unread: 40 } },
    });
    const stores = [
      createStore<Rooms>()(
        immer(
          withEvents(
            { posted: post, renamed },
            (set) => ({
              rooms: {},
              markRead: (room) =>
                set((draft) => {
                  draft.rooms[room] = { unread: 0 };
                }),
            }),
            { produce },
          ),
        ),
      ),
      createStore<Rooms>()(
        withEvents(
          { posted: post, renamed },
          immer((set) => ({
            rooms: {},
            markRead: (room) =>
              set((draft) => {
                draft.rooms[room] = { unread: 0 };
              }),
          })),
          { produce },
        ),
      ),
    ];
    for (const store of stores) {
      const detach = service.attach(store);
      const before = store.getState();
      for (const room of ['a', 'bad', 'a', 'b']) server.emit('posted', { room });
      await pass(1);
      store.getState().markRead('a');
      server.emit('posted', { room: 'a' });
      await pass(50);
      expect(store.getState().rooms).toEqual({ a: { unread: 1 }, b: { unread: 1 } });
      expect(before.rooms).toEqual({});
      server.emit('renamed', { room: 'c' });
      await pass(50);
      expect(store.getState().rooms).toEqual({ c: { unread: 40 } });
      expect(store.getState().markRead).toBe(before.markRead);
      detach();
    }
    expect(errors.map(({ message }) => message)).toEqual(
      stores.map(() => 'The fold of "posted" threw: half-way'),
    );
  });

  it('all of them at once', async () => {
    const ready = await connectedRig();
    const { storage, writes } = memory();
    const store = createStore<Count>()(
      devtools(
        subscribeWithSelector(
          persist(
            immer(
              withEvents(
                {
                  tick: (state, { data }) => {
                    (state as { n: number }).n += Number(data);
                  },
                },
                (set) => ({
                  n: 0,
                  last: '',
                  add: (n) =>
                    set((draft) => {
                      draft.n += n;
                    }),
                }),
                { produce },
              ),
            ),
            { name: 'count', storage },
          ),
        ),
      ),
    );
    ready.service.attach(store);
    const seen: number[] = [];
    store.subscribe(
      ({ n }) => n,
      (n) => seen.push(n),
    );
    await emit(ready, 1, 2, 3);
    store.getState().add(4);
    expect(seen).toEqual([6, 10]);
    expect(writes).toHaveLength(2);
  });
});

describe('F1: attached more than once', () => {
  it('to one service: folds each event once, until the last one is detached', async () => {
    const { service, store, post, pass, total, errors } = await connected();
    const [first, second] = [service.attach(store), service.attach(store)];
    post('a');
    await pass(50);
    expect(total()).toBe(1);
    first();
    first();
    post('a');
    await pass(50);
    expect(total()).toBe(2);
    second();
    post('a');
    await pass(50);
    expect(total()).toBe(2);
    expect(errors).toEqual([]);
  });

  it('to two services: gets the events of the last one, which says so, until it is detached there', async () => {
    const one = await connected({ identity: 'ann' });
    const two = rig({ url: 'ws://other.test/ws' }, { identity: 'ann' });
    two.service.connect(two.config);
    await two.pass();
    one.service.attach(one.store);
    one.post('a');
    await one.pass(50);
    const detach = two.service.attach(one.store);
    expect(two.errors.map(({ code }) => code)).toEqual(['invalid-argument']);
    expect(two.errors[0]?.message).toMatch(/second service.*Create a store for each/);
    expect(one.errors).toEqual([]);
    one.post('a');
    two.server.emit('posted', { room: 'b' });
    await one.pass(50);
    // Another url is another session.
    expect(one.store.getState()).toMatchObject({ total: 1, rooms: { b: 1 } });
    detach();
    one.post('a');
    two.server.emit('posted', { room: 'b' });
    await one.pass(50);
    expect(one.store.getState()).toMatchObject({ total: 1, rooms: { a: 1 } });
  });

  it('writes what is pending when it is detached', async () => {
    const { service, store, post, pass, changes } = await connected();
    const detach = service.attach(store);
    post('a');
    await pass(1);
    detach();
    await pass(50);
    expect(changes).toEqual([1]);
  });

  it.each([undefined, null, {}, createStore(() => ({})), 'useUnread'])(
    'refuses %o, which is no store with events',
    (given) => {
      const service = createWebSocketService();
      expect(() => service.attach(given as never as EventStore)).toThrow(
        expect.objectContaining({
          code: 'invalid-argument',
          message: expect.stringContaining('withEvents'),
        } satisfies Partial<WebSocketServiceError>),
      );
    },
  );
});

describe('F2: whose state it is', () => {
  it('stays through a lost link, a resume and a new session of the same user', async () => {
    const { service, store, post, pass, server, total } = await connected({ identity: 'ann' });
    service.attach(store);
    post('a');
    await pass(50);
    server.drop();
    post('a');
    await pass(5_000);
    expect(total()).toBe(2);
    server.restart();
    await pass(5_000);
    post('a');
    await pass(50);
    expect(total()).toBe(3);
  });

  it('is reset with another identity, url, or a sign-out, what is pending included', async () => {
    const { service, store, post, pass, config, total } = await connected({ identity: 'ann' });
    service.attach(store);
    post('a', 'a');
    await pass(50);
    post('a');
    await pass(1);
    service.connect({ ...config, identity: 'ben' });
    expect(total()).toBe(0);
    await pass(50);
    post('b');
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 1, rooms: { b: 1 } });
    service.connect({ ...config, identity: 'ben', token: '' });
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 0, rooms: {} });
    service.connect({ ...config, identity: 'cem' });
    await pass(50);
    post('c');
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 1, rooms: { c: 1 } });
    store.getState().addOne();
    expect(total()).toBe(2);
  });

  it('stays with a new token of the same identity', async () => {
    const { service, store, post, pass, config, total } = await connected({ identity: 'ann' });
    service.attach(store);
    post('a');
    await pass(50);
    service.connect({ ...config, identity: 'ann', token: 'another' });
    await pass(50);
    expect(total()).toBe(1);
  });

  it('stays with another identity if keep is set', async () => {
    const { service, server, pass, config } = await connectedRig({}, { identity: 'ann' });
    const store = createUnread({ keep: true });
    service.attach(store);
    server.emit('posted', { room: 'a' });
    await pass(1);
    service.connect({ ...config, identity: 'ben' });
    await pass(50);
    server.emit('posted', { room: 'b' });
    await pass(50);
    expect(store.getState()).toMatchObject({ total: 2, rooms: { a: 1, b: 1 } });
  });

  it('is reset by another service with another user, and not with the same one', async () => {
    const one = await connected({ identity: 'ann' });
    const detach = one.service.attach(one.store);
    one.post('a');
    await one.pass(50);
    detach();
    const again = createWebSocketService();
    onTestFinished(() => again.dispose());
    const detachAgain = again.attach(one.store);
    again.connect(one.config);
    await one.pass(50);
    expect(one.total()).toBe(1);
    detachAgain();
    const other = createWebSocketService();
    onTestFinished(() => other.dispose());
    other.connect({ ...one.config, identity: 'ben' });
    other.attach(one.store);
    await one.pass(0);
    expect(one.total()).toBe(0);
  });

  it('is reset by another service that learns of the other user after it was attached', async () => {
    const one = await connected({ identity: 'ann' });
    const detach = one.service.attach(one.store);
    one.post('a');
    await one.pass(50);
    detach();
    const other = createWebSocketService();
    onTestFinished(() => other.dispose());
    other.attach(one.store);
    await one.pass(50);
    other.connect({ ...one.config, identity: 'ben' });
    await one.pass(50);
    expect(one.total()).toBe(0);
  });

  it('is reset to the initial state, not to what was in storage', async () => {
    const ready = await connectedRig({}, { identity: 'ann' });
    const items = new Map([['unread', JSON.stringify({ state: { total: 7, rooms: {} }, version: 0 })]]);
    const create = (order: 'around' | 'inside') => {
      const options = {
        name: 'unread',
        storage: createJSONStorage(() => ({
          getItem: (name: string) => items.get(name) ?? null,
          setItem: () => undefined,
          removeItem: () => undefined,
        })),
      };
      const initial = (): Unread => ({
        total: 0,
        rooms: {},
        markRead: () => undefined,
        addOne: () => undefined,
      });
      return order === 'around'
        ? createStore<Unread>()(persist(withEvents({ posted: count }, initial), options))
        : createStore<Unread>()(withEvents({ posted: count }, persist(initial, options)));
    };
    const stores = [create('around'), create('inside')];
    for (const store of stores) ready.service.attach(store);
    await ready.pass(50);
    // What was stored stays with the first user, who is not known to be another one.
    expect(stores.map((store) => store.getState().total)).toEqual([7, 7]);
    ready.service.connect({ ...ready.config, identity: 'ben' });
    expect(stores.map((store) => store.getState().total)).toEqual([0, 0]);
  });

  it('a subscriber that throws at a reset does not stop the new session', async () => {
    const { service, store, post, pass, config, errors } = await connected({ identity: 'ann' });
    service.attach(store);
    post('a');
    await pass(50);
    store.subscribe(() => {
      throw new Error('no');
    });
    service.connect({ ...config, identity: 'ben' });
    await pass(50);
    expect(service.store.getState().status).toBe('connected');
    expect(errors.map(({ message }) => message)).toEqual(['A subscriber of a store with events threw: no']);
  });
});

describe('F2: missed events', () => {
  interface Posts {
    readonly posts: readonly string[];
    readonly isStale: boolean;
    readonly fetchAgain: () => void;
  }

  it('reach the handler after the events before the break, and before those after it', async () => {
    const { service, server, pass } = await connectedRig();
    const seen: unknown[] = [];
    const store = createStore<Posts>()(
      withEvents(
        { posted: (state, event) => ({ posts: [...state.posts, roomOf(event)] }) },
        (set) => ({ posts: [], isStale: false, fetchAgain: () => set({ posts: ['fetched'] }) }),
        {
          missed(state, { reason }) {
            seen.push([reason, state.posts]);
            state.fetchAgain();
            return { isStale: true };
          },
        },
      ),
    );
    service.attach(store);
    server.emit('posted', { room: 'a' });
    await pass(50);
    server.restart();
    await pass(5_000);
    server.emit('posted', { room: 'b' });
    await pass(50);
    expect(seen).toEqual([['new-session', ['a']]]);
    expect(store.getState()).toMatchObject({ posts: ['fetched', 'b'], isStale: true });
  });

  it('reach it after the jitter, and what it throws is reported', async () => {
    const { service, server, pass, errors } = await connectedRig(
      {},
      { missedEventsJitter: 1_000, random: () => 0.5 },
    );
    const missed = vi.fn(() => {
      throw new Error('no');
    });
    const store = createStore<{ n: number }>()(withEvents({}, () => ({ n: 0 }), { missed }));
    service.attach(store);
    await pass(50);
    server.restart();
    await pass(4_200);
    expect(missed).not.toHaveBeenCalled();
    await pass(700);
    expect(missed).toHaveBeenCalledTimes(1);
    expect(errors.map(({ message }) => message)).toEqual(['A handler of missed events threw: no']);
  });
});
