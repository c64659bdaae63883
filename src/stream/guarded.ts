/** What if a subscriber throws? It is reported, and everyone else goes on. */
import type { Observable, Observer, Subscription } from 'rxjs';

type Handler<T> = (value: T) => unknown;

/**
 * The same observable, whose plain subscribers (`subscribe(handler)`, `subscribe({next})`) may throw: RxJS would
 * rethrow that from a timer, as an uncaught error of the page. What is thrown behind an operator stays RxJS's to report.
 */
export function guarded<T>(source: Observable<T>, onThrown: (thrown: unknown) => void): Observable<T> {
  const subscribe = source.subscribe.bind(source) as (observer: unknown) => Subscription;
  source.subscribe = (
    given?: Partial<Observer<T>> | Handler<T> | null,
    _error?: unknown,
    complete?: (() => void) | null,
  ) => {
    const observer = typeof given === 'function' ? { next: given, complete } : given;
    // A Subscriber is an operator's: it takes its own errors down its own chain.
    if (!observer?.next || 'isStopped' in observer) return subscribe(observer);
    return subscribe({
      next(value: T) {
        try {
          const result: unknown = observer.next?.(value);
          if (result instanceof Promise) result.catch(onThrown);
        } catch (thrown) {
          onThrown(thrown);
        }
      },
      // Our streams never err.
      complete: () => observer.complete?.(),
    });
  };
  return source;
}
