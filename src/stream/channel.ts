/** Who gets this value? Those who asked for all, and those who asked for its name: each costs only its own. */

export type Handler<T> = (value: T) => unknown;

/** Calls the handler with every value from the next one on. Returns a function that ends it. */
export type Subscribe<T> = (handler: Handler<T>) => () => void;

export interface Channel<T> {
  /** `names`: only the values with one of them. Left out: all. */
  subscribe(handler: Handler<T>, names?: readonly string[]): () => void;
  /**
   * Hands it to everyone who was subscribed when it came: whoever subscribes meanwhile starts with the next, and whoever
   * unsubscribes meanwhile gets nothing more.
   */
  next(value: T, name?: string): void;
  /** A handler threw, or rejected. */
  readonly onThrown: (thrown: unknown, names?: readonly string[]) => void;
}

interface Subscriber<T> {
  readonly handler: Handler<T>;
  readonly names: readonly string[] | undefined;
  /** The value that was under way, or had been the last, when it came. */
  readonly since: number;
}

/** One handler that throws harms neither the others nor the next value. */
export function createChannel<T>(onThrown: Channel<T>['onThrown']): Channel<T> {
  const everyone = new Set<Subscriber<T>>();
  const byName = new Map<string | undefined, Set<Subscriber<T>>>();
  let count = 0;

  const hand = (value: T, number: number, subscribers: Iterable<Subscriber<T>>): void => {
    for (const { handler, names, since } of subscribers) {
      if (since >= number) continue;
      try {
        const result = handler(value);
        if (result instanceof Promise) result.catch((thrown) => onThrown(thrown, names));
      } catch (thrown) {
        onThrown(thrown, names);
      }
    }
  };

  return {
    subscribe(handler, names) {
      const subscriber = { handler, names, since: count };
      if (names === undefined) everyone.add(subscriber);
      for (const name of names ?? []) {
        const list = byName.get(name) ?? new Set();
        byName.set(name, list.add(subscriber));
      }
      return () => {
        everyone.delete(subscriber);
        for (const name of names ?? []) {
          const list = byName.get(name);
          list?.delete(subscriber);
          if (list?.size === 0) byName.delete(name);
        }
      };
    },
    next(value, name) {
      count += 1;
      const number = count;
      const named = byName.get(name);
      if (everyone.size > 0) hand(value, number, everyone);
      if (named !== undefined) hand(value, number, named);
    },
    onThrown,
  };
}
