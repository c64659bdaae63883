'use client';
/** How does a component show what a store holds? */
import { useSyncExternalStore } from 'react';
import type { ReadableStore } from '../src/store/latest-events.ts';

/**
 * What the store holds, now and whenever it changes. As Zustand's `useStore` does it, without a selector: one hook
 * instead of four, for components that render in every frame.
 */
export function useReadable<State>({ subscribe, getState, getInitialState }: ReadableStore<State>): State {
  return useSyncExternalStore(subscribe, getState, getInitialState);
}
