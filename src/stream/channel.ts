/** Who gets this value? Hot streams of all values, and of those with a name: each costs only its own subscribers. */
import { Observable, type Subscriber } from 'rxjs';

/** What a `Subject` would do, without the weight of one. */
export interface Channel<T> {
  readonly stream$: Observable<T>;
  named$(names: readonly string[]): Observable<T>;
  /** Hands it to everyone who was subscribed when it came; whoever subscribes meanwhile starts with the next. */
  next(value: T, name?: string): void;
  complete(): void;
}

export function createChannel<T>(): Channel<T> {
  // Lists are replaced, never changed: a value in flight goes on with the lists that it started with.
  const lists = new Map<unknown, readonly Subscriber<T>[]>();
  const everyone = {};
  let isComplete = false;

  const named$ = (names: readonly unknown[]): Observable<T> => {
    const keys = new Set(names);
    return new Observable((subscriber) => {
      if (isComplete) return subscriber.complete();
      for (const key of keys) lists.set(key, [...(lists.get(key) ?? []), subscriber]);
      return () => {
        for (const key of keys) {
          const rest = lists.get(key)?.filter((other) => other !== subscriber);
          if (rest?.length) lists.set(key, rest);
          else lists.delete(key);
        }
      };
    });
  };

  return {
    stream$: named$([everyone]),
    named$,
    next(value, name) {
      for (const list of [lists.get(everyone), lists.get(name)]) {
        for (const subscriber of list ?? []) subscriber.next(value);
      }
    },
    complete() {
      isComplete = true;
      for (const list of lists.values()) for (const subscriber of list) subscriber.complete();
    },
  };
}
