/** The shared RxJS stream: everything that is dispatched, as one Observable and as slices by name. */
import { Observable, type Observer, Subscription } from 'rxjs';
import { catchRejection, isPromiseLike } from '../rejection.ts';

export interface EventStream<T> {
  /** Every value. Hot: a subscriber gets the values that are dispatched after it subscribed. Never errors. */
  readonly all$: Observable<T>;
  /** The values with one of these names. Values with other names cost its subscribers nothing. */
  named$(names: readonly string[]): Observable<T>;
  /**
   * Dispatches a value to the current subscribers of all values, of its name, and of its key, which is another name of it. A
   * subscriber that is added meanwhile starts with the next value, and one that is removed meanwhile gets nothing more.
   */
  next(value: T, name?: string, key?: string): void;
  /** Completes all subscribers, and from then on each new one at once. */
  complete(): void;
}

/** Called with what a subscriber threw, or with what the promise that it returned was rejected with. */
export type OnSubscriberError = (thrown: unknown, names?: readonly string[]) => void;

/** What is subscribed. Called as methods, because an observer may be an object with state. */
interface Observing<T> {
  /** Read for each value: a hook replaces it with the closure of its last render, instead of a function that calls it. */
  readonly next?: ((value: T) => unknown) | undefined;
  readonly complete?: (() => void) | null | undefined;
}

interface Listener<T> {
  readonly observer: Observing<T>;
  readonly names: readonly string[] | undefined;
  /** How many values had been dispatched when it subscribed. */
  readonly since: number;
  readonly subscription: Subscription;
}

/** Creates a stream in which a subscriber that throws affects neither the others nor the next value. */
export function createEventStream<T>(onError: OnSubscriberError): EventStream<T> {
  const everyone = new Set<Listener<T>>();
  const byName = new Map<string | undefined, Set<Listener<T>>>();
  let count = 0;
  let isComplete = false;

  /** Not a closure of the loop below, which would cost a scope for each listener. */
  const reportRejection = (promise: PromiseLike<unknown>, names: Listener<T>['names']): void =>
    catchRejection(promise, (thrown) => onError(thrown, names));

  const dispatch = (value: T, number: number, listeners: Iterable<Listener<T>>): void => {
    for (const { observer, names, since } of listeners) {
      if (since >= number) continue;
      try {
        const result = observer.next?.(value);
        if (isPromiseLike(result)) reportRejection(result, names);
      } catch (thrown) {
        onError(thrown, names);
      }
    }
  };

  const finish = ({ observer, names, subscription }: Listener<T>): void => {
    if (subscription.closed) return;
    try {
      // A finalizer may throw, too.
      subscription.unsubscribe();
      observer.complete?.();
    } catch (thrown) {
      onError(thrown, names);
    }
  };

  const add = (observer: Observing<T>, names: readonly string[] | undefined): Subscription => {
    const subscription = new Subscription(() => {
      everyone.delete(listener);
      for (const name of names ?? []) {
        const listeners = byName.get(name);
        listeners?.delete(listener);
        if (listeners?.size === 0) byName.delete(name);
      }
    });
    const listener = { observer, names, since: count, subscription };
    if (isComplete) finish(listener);
    else if (names === undefined) everyone.add(listener);
    else for (const name of names) byName.set(name, (byName.get(name) ?? new Set()).add(listener));
    return subscription;
  };

  /**
   * A plain subscriber (`subscribe(handler)`, `subscribe({ next })`) is called directly. RxJS's own Subscriber would
   * rethrow its errors from a timer, ignore a rejected promise, and cost three calls for each value. Operators keep the
   * way of RxJS: they pass a Subscriber, which handles the errors of its own chain.
   */
  const slice = (wanted?: readonly string[]): Observable<T> => {
    // No value has an empty name: a slice of no names is silent, and completes with the others.
    const names = wanted?.length === 0 ? [''] : wanted;
    const slice$ = new Observable<T>((subscriber) => add(subscriber, names));
    const subscribeOperator = slice$.subscribe.bind(slice$) as (observer: unknown) => Subscription;
    slice$.subscribe = (
      given?: Partial<Observer<T>> | ((value: T) => void) | null,
      _error?: unknown,
      complete?: (() => void) | null,
    ) => {
      if (given && 'isStopped' in given) return subscribeOperator(given);
      if (given && typeof given === 'object') return add(given, names);
      return add({ next: given ?? undefined, complete }, names);
    };
    return slice$;
  };

  return {
    all$: slice(),
    named$: slice,
    next(value, name, key) {
      count += 1;
      const number = count;
      const named = byName.get(name);
      if (everyone.size > 0) dispatch(value, number, everyone);
      if (named !== undefined) dispatch(value, number, named);
      const keyed = key && byName.get(key);
      if (keyed) dispatch(value, number, keyed);
    },
    complete() {
      isComplete = true;
      // A listener of several names is in several sets.
      const listeners = new Set([everyone, ...byName.values()].flatMap((some) => [...some]));
      for (const listener of listeners) finish(listener);
    },
  };
}
