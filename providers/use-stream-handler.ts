'use client';
/** Subscribes a component to a stream: every value, always with the latest closure, and without rendering. */
import { useEffect, useInsertionEffect, useRef } from 'react';
import type { Observable } from 'rxjs';

/**
 * `source$` must be stable: a new object is a new subscription. It comes from an event stream, which reports what
 * `handler` throws or rejects with.
 *
 * Two races decide how this is done:
 * - A source that changes with a render is subscribed to in the passive effects, some time after the commit. Until then
 *   the old source is still heard, by the handler that was written for it. So nothing is missed, and no handler gets a
 *   value that was meant for another one.
 * - A component that Suspense hides keeps its passive effects, but not its layout effects. A subscription in a layout
 *   effect would miss the values that arrive while the component is hidden.
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
    const subscription = source$.subscribe((value) => own.handler?.(value));
    return () => subscription.unsubscribe();
  }, [source$]);
}
