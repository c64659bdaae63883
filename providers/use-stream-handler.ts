'use client';
/** Subscribes a component to a stream: every value, always with the latest closure, and without rendering. */
import { useEffect, useInsertionEffect, useRef } from 'react';
import type { Observable, Subscription } from 'rxjs';
import { useCommitEffect } from './use-commit-effect.ts';

/** What is subscribed. The stream calls the `next` that it has at the moment of a value. */
interface Listener<Value> {
  next: (value: Value) => unknown;
  source$?: Observable<Value> | undefined;
  subscription?: Subscription;
}

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
  const { current: listener } = useRef<Listener<Value>>({ next: handler ?? ignore });
  const subscribe = (): void => {
    if (listener.source$ === source$) return;
    listener.subscription?.unsubscribe();
    listener.subscription = source$.subscribe(listener);
    listener.source$ = source$;
  };
  const unsubscribe = (): void => {
    listener.subscription?.unsubscribe();
    listener.source$ = undefined;
  };
  // The handler and the source change together, before any layout effect of this commit can cause a value.
  useInsertionEffect(() => {
    listener.next = handler ?? ignore;
    if (listener.source$) subscribe();
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
      if (listener.source$ === source$) unsubscribe();
    };
  }, [source$]);
}

function ignore(): void {}
