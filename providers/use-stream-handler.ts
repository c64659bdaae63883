'use client';
/** How does a component hear a stream? Every value, always with its latest closure, and without rendering. */
import { useEffect, useInsertionEffect, useRef } from 'react';
import type { Subscribe } from '../src/stream/channel.ts';

/**
 * `subscribe` must be stable while it means the same: it is a channel's, where what `handler` throws, or rejects with, is
 * reported.
 *
 * Two races decide how this is done. A source that changes with a render is subscribed to in the passive effects, a
 * while after the commit: until then the old one is still heard, by the handler that was written for it. And a component
 * that Suspense hides keeps its passive effects, but not its layout effects: a subscription made there would miss
 * what comes meanwhile.
 */
export function useStreamHandler<Value>(
  subscribe: Subscribe<Value>,
  handler: ((value: Value) => unknown) | undefined,
): void {
  const latest = useRef({ subscribe, handler });
  // Before any effect of this commit can cause a value.
  useInsertionEffect(() => {
    if (latest.current.subscribe === subscribe) latest.current.handler = handler;
    else latest.current = { subscribe, handler };
  });
  useEffect(() => {
    const own = latest.current;
    return subscribe((value) => own.handler?.(value));
  }, [subscribe]);
}
