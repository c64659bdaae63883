'use client';
/** The state of the connection. */
import { useStore } from 'zustand';
import { useNearestConnection } from '../providers/nearest-connection.ts';
import type { ConnectionState } from '../src/index.ts';
import { useStableSelector } from './use-stable-selector.ts';

/**
 * The state of the connection, or a part of it. Renders when the part changes. A new object in each call, such as
 * `(s) => ({ status: s.status, error: s.error })`, is compared by its fields. Without a selector it renders with every
 * frame that brings events.
 */
export function useConnection(): ConnectionState;
export function useConnection<Selected>(selector: (state: ConnectionState) => Selected): Selected;
export function useConnection(selector: (state: ConnectionState) => unknown = whole): unknown {
  const { store } = useNearestConnection();
  return useStore(store, useStableSelector(selector));
}

function whole(state: ConnectionState): ConnectionState {
  return state;
}
