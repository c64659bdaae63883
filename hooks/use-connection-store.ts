'use client';
/** How is the store read by someone who knows Zustand? As a bound store, of the nearest provider. */
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
 * As a hook: the nearest provider's store; without a provider, that of the default `websocketService`. Its `getState`,
 * `setState` and `subscribe`, which know no provider, are always the default service's. A selector that makes a new
 * object each time needs Zustand's `useShallow`, as ever; `useConnection` does not.
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
