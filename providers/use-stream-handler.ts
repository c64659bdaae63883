'use client';
/** Subscribes a component to a stream: every value, always with the latest closure, and without rendering. */
import { useEffect, useInsertionEffect, useRef } from 'react';
import type { Observable, Subscription } from 'rxjs';
import { useCommitEffect } from './use-commit-effect.ts';

/**
 * `source$` must be stable: a new object is a new subscription. It comes from an event stream, which reports what
 * `handler` throws or rejects with.
 *
 * - It subscribes with the commit. A passive effect comes later, and would miss the values in between: of a new component,
 *   and of a new source. The old source is left at the same moment, so no value reaches a handler that was written for
 *   another source.
 * - While mounted, it unsubscribes in a passive effect, when `<Activity>` hides the component. Suspense ends the layout
 *   effects of a component that it hides, but not its passive ones, and the values go on.
 * - On unmount it unsubscribes earlier, in the cleanup of an insertion effect. The passive effect would come too late: a
 *   component with another key that takes the place of this one may cause a value before, and both would hear it.
 */
export function useStreamHandler<Value>(
  source$: Observable<Value>,
  handler: ((value: Value) => unknown) | undefined,
): void {
  const latest = useRef(handler);
  const current = useRef<{ source$: Observable<Value>; subscription: Subscription } | undefined>(undefined);
  const subscribe = (): void => {
    if (current.current?.source$ === source$) return;
    current.current?.subscription.unsubscribe();
    const subscription = source$.subscribe((value) => latest.current?.(value));
    current.current = { source$, subscription };
  };
  const unsubscribe = (): void => {
    current.current?.subscription.unsubscribe();
    current.current = undefined;
  };
  // The handler and the source change together, before any layout effect of this commit can cause a value.
  useInsertionEffect(() => {
    latest.current = handler;
    if (current.current) subscribe();
  });
  // On unmount.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it uses refs only.
  useInsertionEffect(() => unsubscribe, []);
  useCommitEffect(subscribe, [source$]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `subscribe` does the same for the same source.
  useEffect(() => {
    // Again after StrictMode or `<Activity>` has ended the effects.
    subscribe();
    return () => {
      // Another source has been subscribed to since.
      if (current.current?.source$ === source$) unsubscribe();
    };
  }, [source$]);
}
