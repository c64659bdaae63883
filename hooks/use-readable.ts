'use client';
/** Reads a store in a component. */
import { useSyncExternalStore } from 'react';
import type { ReadableStore } from '../src/store/latest-events.ts';

/**
 * The store's state; renders whenever it changes. The same as Zustand's `useStore` without a selector, but one React hook
 * instead of four, for components that render in every frame.
 */
export function useReadable<State>({ subscribe, getState, getInitialState }: ReadableStore<State>): State {
  return useSyncExternalStore(subscribe, getState, getInitialState);
}
