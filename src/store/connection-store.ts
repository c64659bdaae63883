/** The Zustand store: the source of truth for the connection's state, with the actions that write it. */
import { createStore } from 'zustand/vanilla';
import { callSafely } from '../rejection.ts';
import type { ConnectionActions, ConnectionState, ConnectionStore } from '../types.ts';

const initialConnectionState: ConnectionState = {
  status: 'disconnected',
  reason: 'idle',
  connectionId: null,
  lastEventId: null,
  reconnectAttempts: 0,
  nextRetryAt: null,
  lastClose: null,
  error: null,
  latency: null,
  sharing: 'off',
  lastEvents: new Map(),
};

/** The part of the state that events change. */
export type PublishedEvents = Pick<ConnectionState, 'lastEvents'> &
  Partial<Pick<ConnectionState, 'lastEventId'>>;

export interface ConnectionStores {
  /** The public store. */
  readonly store: ConnectionStore;
  /** The same state without up-to-date newest events, for readers that do not need them. */
  readonly stateStore: ConnectionStore;
  /** Changes the state in one write. */
  publish(change: Partial<ConnectionState>): void;
  /** The newest events have changed. `read` is called only when they are read, because it copies them all. */
  publishEvents(read: () => PublishedEvents): void;
  /** `lastEvents` if it was replaced from outside, for example by `reset()`. */
  replacedEvents(): ConnectionState['lastEvents'] | undefined;
}

/** `onError` is called with what a subscriber of the store throws or rejects with. The other subscribers are still called. */
export function createConnectionStores(onError: (thrown: unknown) => void): ConnectionStores {
  const readers = new Set<unknown>();
  let pendingEvents: (() => PublishedEvents) | undefined;
  let published = initialConnectionState.lastEvents;

  const catchUp = (): void => {
    const read = pendingEvents;
    pendingEvents = undefined;
    if (!read) return;
    stateStore.setState(read());
    published = stateStore.getState().lastEvents;
  };

  /** Publishes pending events first: this write is newer than they are. */
  const set: ConnectionStore['setState'] = (change: Parameters<ConnectionStore['setState']>[0]) => {
    catchUp();
    stateStore.setState(change);
  };

  const stateStore = createStore<ConnectionState & ConnectionActions>(() => ({
    ...initialConnectionState,
    setConnectionState: (status, details) =>
      set((state) => {
        const next = { ...(status !== 'disconnected' && { reason: null }), status, ...details };
        // Skips a write that changes nothing, so that subscribers are not called for it.
        const isSame = Object.entries(next).every(([key, value]) =>
          Object.is(state[key as keyof ConnectionState], value),
        );
        return isSame ? state : next;
      }),
    setConnectionId: (connectionId) => set({ connectionId }),
    setLastEventId: (lastEventId) => set({ lastEventId: lastEventId?.toString() ?? null }),
    incrementReconnectAttempts: () => set((state) => ({ reconnectAttempts: state.reconnectAttempts + 1 })),
    resetReconnect: () => set({ reconnectAttempts: 0, nextRetryAt: null }),
    reset: () => set(initialConnectionState),
  }));
  const store: ConnectionStore = {
    ...stateStore,
    setState: set,
    getState() {
      catchUp();
      return stateStore.getState();
    },
    subscribe(listener) {
      catchUp();
      const stop = stateStore.subscribe((state, previous) =>
        callSafely(() => listener(state, previous), onError),
      );
      readers.add(stop);
      return () => {
        readers.delete(stop);
        stop();
      };
    },
  };

  return {
    store,
    stateStore,
    publish({ status = stateStore.getState().status, ...details }) {
      stateStore.getState().setConnectionState(status, details);
    },
    replacedEvents() {
      const { lastEvents } = stateStore.getState();
      return lastEvents === published ? undefined : lastEvents;
    },
    publishEvents(read) {
      pendingEvents = read;
      if (readers.size > 0) catchUp();
    },
  };
}
