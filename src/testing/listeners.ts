// A set of callbacks of which none can keep the others from being called.

/** Callbacks for one kind of news. */
export interface Listeners<T> {
  /** Returns the function that takes it away again. */
  add(listener: (news: T) => void): () => void;
  notify(news: T): void;
  clear(): void;
}

/** Makes an empty set. */
export function createListeners<T>(): Listeners<T> {
  // Each addition is an entry of its own, so that one function added twice is called twice.
  const entries = new Set<{ readonly listener: (news: T) => void }>();
  return {
    add(listener) {
      const entry = { listener };
      entries.add(entry);
      return () => {
        entries.delete(entry);
      };
    },
    notify(news) {
      for (const { listener } of [...entries]) {
        try {
          listener(news);
        } catch (error) {
          // Thrown where nobody's delivery is interrupted, and still seen by the test runner.
          queueMicrotask(() => {
            throw error;
          });
        }
      }
    },
    clear: () => entries.clear(),
  };
}
