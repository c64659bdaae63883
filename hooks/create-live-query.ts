/** The cache behind `useLiveQuery`: one entry for each key, however many components show it. */
import { createStore } from 'zustand/vanilla';
import type { IWebSocketEvent, NoName } from '../src/index.ts';
import { wantedChannel } from '../src/service/config/event-names.ts';
import type { Connection } from '../src/service/connection.ts';
import { createGate } from '../src/service/live/channel-gate.ts';
import { checkLive, checkLiveOptions } from '../src/service/live/check-options.ts';
import { hashKey } from '../src/service/live/hash-key.ts';
import type { LiveRules } from '../src/service/live/held-events.ts';
import { createLiveSource } from '../src/service/live/live-source.ts';
import type { LivePosition } from '../src/service/live/position.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';
import { isTimerMs } from '../src/timer-limit.ts';
import { inAct } from '../src/transport/act.ts';

export type LiveStatus = 'loading' | 'live' | 'stale' | 'error';

export interface LiveState {
  readonly data: unknown;
  readonly status: LiveStatus;
  readonly error: unknown;
}

/** The options of the hook, without their types. */
export interface LiveOptions {
  readonly key: readonly unknown[] | string | NoName;
  readonly fetch: (context: { readonly signal: AbortSignal }) => unknown;
  readonly on: Readonly<Record<string, ((data: never, event: never) => unknown) | undefined>>;
  readonly at?: ((data: never) => LivePosition | null | undefined) | undefined;
  readonly eventAt?: ((event: never) => LivePosition | null | undefined) | undefined;
  readonly initialData?: unknown;
  readonly gcTime?: number | undefined;
  readonly channel?: string | NoName;
}

/** One component's part in an entry. */
export interface LiveHandle {
  readonly store: ReadableStore<LiveState>;
  refetch(): void;
  /** The options of the last commit. Call it before the store is subscribed to. */
  setOptions(options: LiveOptions): void;
  /** Listens to the names that they have now. */
  followNames(): void;
}

interface Entry {
  readonly store: ReadableStore<LiveState>;
  mount(handle: Mounted): () => void;
  followNames(): void;
  refetch(): void;
}

/** Reads the options of a mounted component. */
type Mounted = () => LiveOptions;

/** Components that are mounted in this time after the last one is gone find the entry as it was. */
const LINGER_MS = 1_000;
const DEFAULT_GC_MS = 300_000;

/** Names the entry of these options; `''` if there is none. Throws `invalid-argument` for options that can't work. */
export function entryOf(options: LiveOptions): string {
  checkLiveOptions(options, 'fetch');
  const { key } = options;
  checkLive('key', !key || typeof key === 'string' || Array.isArray(key));
  const channel = wantedChannel(options);
  let hash = '';
  try {
    if (key && channel !== '') hash = hashKey([key, channel ?? null]);
  } catch {
    // It has a cycle, or a BigInt.
    checkLive('key', false);
  }
  return hash;
}

const entriesOf = /* @__PURE__ */ new WeakMap<Connection, Map<string, Entry>>();

/** `hash`: of `entryOf`. `first`: the options before the first commit. */
export function createLiveHandle(connection: Connection, hash: string, first: LiveOptions): LiveHandle {
  const entries = entriesOf.get(connection) ?? new Map<string, Entry>();
  entriesOf.set(connection, entries);
  let options = first;
  const empty = stateOf(first.initialData, 'stale', null);

  const entry = (): Entry => {
    const known = entries.get(hash) ?? createEntry(connection, options, () => entries.delete(hash));
    entries.set(hash, known);
    return known;
  };

  return {
    store: {
      getState: () => entries.get(hash)?.store.getState() ?? empty,
      getInitialState: () => empty,
      subscribe(listener) {
        if (hash === '') return () => undefined;
        const { store, mount } = entry();
        const unmount = mount(() => options);
        const stopListening = store.subscribe(listener);
        return () => {
          stopListening();
          unmount();
        };
      },
    },
    refetch: () => entries.get(hash)?.refetch(),
    setOptions(next) {
      options = next;
    },
    followNames: () => entries.get(hash)?.followNames(),
  };
}

function createEntry(connection: Connection, first: LiveOptions, onGone: () => void): Entry {
  let options: Mounted = () => first;
  const mounted = new Set<Mounted>();
  let data = first.initialData;
  let error: unknown = null;
  let fetches = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopWatching = (): void => {};
  const channel = wantedChannel(first);
  const gate = createGate(connection, channel);
  const state = createStore(() => stateOf(data, 'stale', error));

  const publish = (): void => {
    const next = stateOf(data, source.standing(), error ?? gate.refusal());
    const last = state.getState();
    if (next.data !== last.data || next.status !== last.status || next.error !== last.error)
      state.setState(next, true);
  };

  const start = (): boolean => {
    if (mounted.size === 0) return false;
    fetches += 1;
    const own = fetches;
    /** Not for a fetch of which another has taken the place. */
    const settle = <Value>(how: (value: Value) => void): ((value: Value) => void) =>
      inAct((value: Value) => own === fetches && how(value));
    source
      .fetch((signal) => fetchChecked(options(), signal))
      .then(
        settle((result: unknown) => {
          error = null;
          source.fetched(result);
        }),
        settle((thrown: unknown) => {
          error = thrown;
          source.fetchFailed();
        }),
      );
    return true;
  };

  const cancel = (): void => {
    fetches += 1;
    source.fetchCancelled();
  };

  const source = createLiveSource<unknown>(connection, gate, {
    label: 'useLiveQuery',
    channel,
    rules: () => rulesOf(options()),
    read: () => data,
    write(next) {
      data = next;
      publish();
    },
    refetch: start,
    reset() {
      data = undefined;
      error = null;
      cancel();
      // The connection of the next user is about to be opened.
      queueMicrotask(start);
    },
    onStanding: publish,
  });

  const wait = (ms: number, task: () => void): void => {
    clearTimeout(timer);
    if (isTimerMs(ms)) timer = setTimeout(inAct(task), ms);
  };

  const onUnmounted = (): void => {
    const gcMs = options().gcTime ?? DEFAULT_GC_MS;
    const lingerMs = Math.min(LINGER_MS, gcMs);
    const forget = (): void => {
      stopWatching();
      clearTimeout(timer);
      source.dispose();
      onGone();
    };
    // Without a provider there may be nobody left to show it to.
    const forgetUnwanted = (): void => {
      if (connection.holds.config() === undefined) forget();
    };
    wait(lingerMs, () => {
      source.unfollow();
      cancel();
      wait(gcMs - lingerMs, forget);
      stopWatching = connection.stateStore.subscribe(forgetUnwanted);
      forgetUnwanted();
    });
  };

  return {
    store: state,
    mount(own) {
      mounted.add(own);
      options = own;
      clearTimeout(timer);
      stopWatching();
      if (!source.isFollowing()) {
        source.follow();
        start();
      } else if (source.standing() === 'failed') start();
      return () => {
        mounted.delete(own);
        const [other] = [...mounted].slice(-1);
        if (other) options = other;
        else onUnmounted();
      };
    },
    followNames() {
      if (mounted.size > 0 && source.follow()) source.refetch();
    },
    refetch: () => source.refetch(),
  };
}

function stateOf(data: unknown, standing: 'live' | 'stale' | 'failed', error: unknown): LiveState {
  if (standing === 'failed') return { data, status: 'error', error };
  return { data, status: data === undefined ? 'loading' : standing, error };
}

/** Async, so that what it throws at once is a rejection too. */
async function fetchChecked(options: LiveOptions, signal: AbortSignal): Promise<unknown> {
  const result = await options.fetch({ signal });
  if (result === undefined) throw new TypeError('The option "fetch" returned nothing. Return the data.');
  return result;
}

function rulesOf({ on, at, eventAt }: LiveOptions): LiveRules<unknown> {
  return { on, at, eventAt } as unknown as {
    readonly on: Readonly<Record<string, (data: unknown, event: IWebSocketEvent) => unknown>>;
  };
}
