'use client';
/** How does a component listen? In an effect, always with its latest closure, and without rendering. */
import { useSubscription } from 'observable-hooks';
import type { Observable } from 'rxjs';
import type { WebSocketService } from '../src/index.ts';
import { internalsOf } from '../src/service/internals.ts';

/** `source$` must be stable. What `handler` throws, or what it rejects with, goes to `errors$`. */
export function useStreamHandler<Value>(
  service: WebSocketService,
  source$: Observable<Value>,
  handler: ((value: Value) => unknown) | undefined,
): void {
  useSubscription(source$, (value) => {
    const result = handler?.(value);
    if (result instanceof Promise) {
      result.catch((thrown: unknown) => internalsOf(service).reportThrown('An async handler', thrown));
    }
  });
}
