/** What is true of the connection right now? The Zustand store, and its actions. */
import { createStore } from 'zustand/vanilla';
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
  lastEvents: new Map(),
};

/** The newest events, as the store shows them. */
export type ShownEvents = Pick<ConnectionState, 'lastEvents'> & Partial<Pick<ConnectionState, 'lastEventId'>>;

export interface ConnectionStores {
  /** What an app reads, and may subscribe to. */
  readonly store: ConnectionStore;
  /** The same without the newest events, for whoever does not read them. */
  readonly inner: ConnectionStore;
  /** From now on these are the newest events. Asked for only if somebody reads them: a copy of them all costs something. */
  showEvents(read: () => ShownEvents): void;
  /** What somebody else has put in their place meanwhile, such as `reset()`. */
  replaced(): ConnectionState['lastEvents'] | undefined;
}

/** `onThrown`: a subscriber threw; the others, and the service, go on. */
export function createConnectionStores(onThrown: (thrown: unknown) => void): ConnectionStores {
  const readers = new Set<unknown>();
  let news: (() => ShownEvents) | undefined;
  let written = initialConnectionState.lastEvents;

  const catchUp = (): void => {
    const read = news;
    news = undefined;
    if (!read) return;
    inner.setState(read());
    written = inner.getState().lastEvents;
  };

  /** What is written later is newer: whatever waits to be shown is shown before it. */
  const set: ConnectionStore['setState'] = (change: Parameters<ConnectionStore['setState']>[0]) => {
    catchUp();
    inner.setState(change);
  };

  const inner = createStore<ConnectionState & ConnectionActions>(() => ({
    ...initialConnectionState,
    setConnectionState: (status, details) =>
      set((shown) => {
        const next = { ...(status !== 'disconnected' && { reason: null }), status, ...details };
        // What is shown already is no change to tell of.
        const isShown = Object.entries(next).every(([key, value]) =>
          Object.is(shown[key as keyof ConnectionState], value),
        );
        return isShown ? shown : next;
      }),
    setConnectionId: (connectionId) => set({ connectionId }),
    setLastEventId: (lastEventId) => set({ lastEventId: lastEventId?.toString() ?? null }),
    incrementReconnectAttempts: () => set((state) => ({ reconnectAttempts: state.reconnectAttempts + 1 })),
    resetReconnect: () => set({ reconnectAttempts: 0, nextRetryAt: null }),
    reset: () => set(initialConnectionState),
  }));
  const store: ConnectionStore = {
    ...inner,
    setState: set,
    getState() {
      catchUp();
      return inner.getState();
    },
    subscribe(listener) {
      catchUp();
      const stop = inner.subscribe((state, previous) => {
        try {
          listener(state, previous);
        } catch (thrown) {
          onThrown(thrown);
        }
      });
      readers.add(stop);
      return () => {
        readers.delete(stop);
        stop();
      };
    },
  };

  return {
    store,
    inner,
    replaced() {
      const { lastEvents } = inner.getState();
      return lastEvents === written ? undefined : lastEvents;
    },
    showEvents(read) {
      news = read;
      if (readers.size > 0) catchUp();
    },
  };
}
