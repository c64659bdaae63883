'use client';
/** The store as a bound Zustand hook. */
import { useContext } from 'react';
import { type UseBoundStore, useStore } from 'zustand';
import { ConnectionContext } from '../providers/nearest-connection.ts';
import {
  type ConnectionActions,
  type ConnectionState,
  type ConnectionStore,
  websocketService,
} from '../src/index.ts';

/**
 * As a hook it reads the store of the nearest provider, or of the default `websocketService` if there is none. Its
 * `getState`, `setState` and `subscribe` know no provider and always belong to the default service. A selector that returns
 * a new object each time needs Zustand's `useShallow`; with `useConnection` it does not.
 */
export const useConnectionStore: UseBoundStore<ConnectionStore> = /* @__PURE__ */ Object.assign(
  useNearestStore,
  websocketService.store,
);

function useNearestStore(): ConnectionState & ConnectionActions;
function useNearestStore<Selected>(
  selector: (state: ConnectionState & ConnectionActions) => Selected,
): Selected;
function useNearestStore(
  selector: (state: ConnectionState & ConnectionActions) => unknown = (state) => state,
): unknown {
  const { store } = useContext(ConnectionContext) ?? websocketService;
  return useStore(store, selector);
}
