/** How does RxJS hear a channel? As a hot stream, whose subscribers may throw. */
import { Observable, type Observer, type Subscriber, type Subscription } from 'rxjs';
import type { Channel, Handler } from '../stream/channel.ts';

export interface Observation {
  /** All values of a channel, or those with one of the names. */
  observe<T>(channel: Channel<T>, names?: readonly string[]): Observable<T>;
  /** Completes every stream, those that are subscribed to later too. */
  complete(): void;
}

export function createObservation(): Observation {
  const open = new Set<Subscriber<never>>();
  let isComplete = false;

  return {
    observe: (channel, names) =>
      guarded(
        new Observable((subscriber) => {
          if (isComplete) return subscriber.complete();
          open.add(subscriber);
          subscriber.add(() => open.delete(subscriber));
          subscriber.add(channel.subscribe((value) => subscriber.next(value), names));
        }),
        (thrown) => channel.onThrown(thrown, names),
      ),
    complete() {
      isComplete = true;
      for (const subscriber of [...open]) subscriber.complete();
    },
  };
}

/**
 * The same observable, whose plain subscribers (`subscribe(handler)`, `subscribe({next})`) may throw: RxJS would
 * rethrow that from a timer, as an uncaught error of the page. What is thrown behind an operator stays RxJS's to report.
 */
function guarded<T>(source: Observable<T>, onThrown: (thrown: unknown) => void): Observable<T> {
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
