/** What is true of the connection right now? The Zustand store, and its actions. */
import { createStore } from 'zustand/vanilla';
import type { ConnectionActions, ConnectionState, ConnectionStore } from '../types.ts';

export const initialConnectionState: ConnectionState = {
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

/** `onThrown`: a subscriber threw; the others, and the service, go on. */
export function createConnectionStore(onThrown: (thrown: unknown) => void): ConnectionStore {
  const store = createStore<ConnectionState & ConnectionActions>((set) => ({
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
  const { subscribe } = store;
  store.subscribe = (listener) =>
    subscribe((state, previous) => {
      try {
        listener(state, previous);
      } catch (thrown) {
        onThrown(thrown);
      }
    });
  return store;
}
