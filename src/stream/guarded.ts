/** What if a subscriber throws? It is reported, and everyone else goes on. */
import type { Observable, Observer } from 'rxjs';

type Next<T> = (value: T) => unknown;

/**
 * The same observable, whose plain subscribers (`subscribe(handler)`, `subscribe({next})`) may throw: RxJS would
 * rethrow that from a timer, as an uncaught error of the page. What is thrown behind an operator stays RxJS's to report.
 */
export function guarded<T>(source: Observable<T>, onThrown: (thrown: unknown) => void): Observable<T> {
  const subscribe = source.subscribe.bind(source) as (
    observer?: unknown,
  ) => ReturnType<typeof source.subscribe>;
  const protect =
    (next: Next<T>): Next<T> =>
    (value) => {
      try {
        const result: unknown = next(value);
        if (result instanceof Promise) result.catch(onThrown);
      } catch (thrown) {
        onThrown(thrown);
      }
    };
  source.subscribe = (observer?: Partial<Observer<T>> | Next<T> | null, ...rest: unknown[]) => {
    if (typeof observer === 'function') return subscribe({ next: protect(observer), complete: rest[1] });
    // A Subscriber is an operator's: it takes its own errors down its own chain.
    if (
      observer === null ||
      observer === undefined ||
      'isStopped' in observer ||
      observer.next === undefined
    ) {
      return subscribe(observer ?? undefined);
    }
    const { next } = observer;
    return subscribe({
      next: protect((value) => next.call(observer, value)),
      error: observer.error?.bind(observer),
      complete: observer.complete?.bind(observer),
    });
  };
  return source;
}
