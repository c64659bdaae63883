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
    setConnectionState: (status, details = {}) =>
      set({ status, ...(status === 'disconnected' ? {} : { reason: null }), ...details }),
    setConnectionId: (connectionId) => set({ connectionId }),
    setLastEventId: (lastEventId) => set({ lastEventId: lastEventId === null ? null : String(lastEventId) }),
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

/** Whether a write would change anything. */
export function sameState(shown: ConnectionState, next: Partial<ConnectionState>): boolean {
  return (Object.keys(next) as (keyof ConnectionState)[]).every((key) => Object.is(shown[key], next[key]));
}
