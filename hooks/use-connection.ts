'use client';
/** The state of the connection. */
import { useCallback } from 'react';
import { useStore } from 'zustand';
import { shownState, useWanted } from '../providers/shown-state.ts';
import type { ConnectionState, Register } from '../src/index.ts';
import { type UseServiceOptions, useConnectionOf } from './use-connection-of.ts';
import { useStableSelector } from './use-stable-selector.ts';

/**
 * The state of the connection, or a part of it. Renders when the part changes. A new object in each call, such as
 * `(s) => ({ status: s.status, error: s.error })`, is compared by its fields. Without a selector it renders with every
 * frame that brings events.
 */
export function useConnection<Types extends object = Register>(
  options?: UseServiceOptions<Types>,
): ConnectionState;
export function useConnection<Selected, Types extends object = Register>(
  selector: (state: ConnectionState) => Selected,
  options?: UseServiceOptions<Types>,
): Selected;
export function useConnection(
  selector?: ((state: ConnectionState) => unknown) | UseServiceOptions<object>,
  options?: UseServiceOptions<object>,
): unknown {
  const [select, given] = typeof selector === 'function' ? [selector, options] : [whole, selector ?? options];
  const connection = useConnectionOf(given);
  const wanted = useWanted(connection);
  const selectShown = useCallback(
    (state: ConnectionState) => select(shownState(state, wanted)),
    [select, wanted],
  );
  return useStore(connection.store, useStableSelector(selectShown));
}

function whole(state: ConnectionState): ConnectionState {
  return state;
}
