'use client';
/** The store as a bound Zustand hook. */
import { useContext } from 'react';
import { type UseBoundStore, useStore } from 'zustand';
import { ConnectionContext } from '../providers/nearest-connection.ts';
import { shownState, useWanted } from '../providers/shown-state.ts';
import {
  type ConnectionActions,
  type ConnectionState,
  type ConnectionStore,
  type Register,
  websocketService,
} from '../src/index.ts';
import { connectionOf } from '../src/service/connection-of.ts';
import type { UseServiceOptions } from './use-connection-of.ts';

/** What `useConnectionStore` is: Zustand's bound hook, which also takes a service. */
export interface UseConnectionStore extends UseBoundStore<ConnectionStore> {
  <Selected, Types extends object = Register>(
    selector: (state: ConnectionState & ConnectionActions) => Selected,
    options: UseServiceOptions<Types>,
  ): Selected;
}

/**
 * As a hook it reads the store of the given service, of the nearest provider, or of the default `websocketService` if there
 * is none. Its `getState`, `setState` and `subscribe` know no provider and always belong to the default service. A selector that returns
 * a new object each time needs Zustand's `useShallow`; with `useConnection` it does not.
 */
export const useConnectionStore: UseConnectionStore = /* @__PURE__ */ Object.assign(
  useNearestStore,
  websocketService.store,
);

function useNearestStore(): ConnectionState & ConnectionActions;
function useNearestStore<Selected>(
  selector: (state: ConnectionState & ConnectionActions) => Selected,
  options?: UseServiceOptions<object>,
): Selected;
function useNearestStore(
  selector: (state: ConnectionState & ConnectionActions) => unknown = (state) => state,
  options?: UseServiceOptions<object>,
): unknown {
  const nearest = useContext(ConnectionContext);
  const service = options?.service;
  const connection = service === undefined ? nearest : connectionOf(service);
  const wanted = useWanted(connection);
  const { store } = connection ?? websocketService;
  return useStore(store, (state) => selector(shownState(state, wanted)));
}
