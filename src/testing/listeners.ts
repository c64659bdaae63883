/** Keeps a set of listeners. One that throws does not keep the others from being called. */

/** The listeners for one kind of value. */
export interface Listeners<T> {
  /** Returns the function that removes it. */
  add(listener: (value: T) => void): () => void;
  notify(value: T): void;
  clear(): void;
}

/** Makes an empty set. */
export function createListeners<T>(): Listeners<T> {
  // Each addition is an entry of its own, so that one function added twice is called twice.
  const entries = new Set<{ readonly listener: (value: T) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    notify(value) {
      for (const { listener } of [...entries]) {
        try {
          listener(value);
        } catch (error) {
          // Thrown from a microtask: it interrupts no delivery, and the test runner still reports it.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    clear: () => entries.clear(),
  };
}
