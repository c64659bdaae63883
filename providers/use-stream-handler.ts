'use client';
/** How does a component hear a stream? Every value, always with its latest closure, and without rendering. */
import { useEffect, useInsertionEffect, useRef } from 'react';
import type { Observable } from 'rxjs';

/**
 * `source$` must be stable while it means the same, and is one of a service's: what `handler` throws, or rejects with,
 * is reported there.
 *
 * Two races decide how this is done. A source that changes with a render is subscribed to in the passive effects, a
 * while after the commit: until then the old one is still heard, by the handler that was written for it. And a component
 * that Suspense hides keeps its passive effects, but not its layout effects: a subscription made there would miss
 * what comes meanwhile.
 */
export function useStreamHandler<Value>(
  source$: Observable<Value>,
  handler: ((value: Value) => unknown) | undefined,
): void {
  const latest = useRef({ source$, handler });
  // Before any effect of this commit can cause a value.
  useInsertionEffect(() => {
    if (latest.current.source$ === source$) latest.current.handler = handler;
    else latest.current = { source$, handler };
  });
  useEffect(() => {
    const own = latest.current;
    // What the handler returns goes on to the stream, which reports a promise that rejects.
    const subscription = source$.subscribe((value) => own.handler?.(value));
    return () => subscription.unsubscribe();
  }, [source$]);
}
