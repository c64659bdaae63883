'use client';
/** How does a component listen? In an effect, always with its latest closure, and without rendering. */
import { useSubscription } from 'observable-hooks';
import type { Observable } from 'rxjs';
import { internalsOf } from '../src/service/internals.ts';
import { useWebSocketService } from './use-websocket-service.ts';

/** `source$` must be stable. What `handler` throws, or what it rejects with, goes to `errors$`. */
export function useHandler<Value>(source$: Observable<Value>, handler: (value: Value) => unknown): void {
  const service = useWebSocketService();
  useSubscription(source$, (value) => {
    const result = handler(value);
    if (result instanceof Promise) {
      result.catch((thrown: unknown) => internalsOf(service).reportThrown('An async handler', thrown));
    }
  });
}
