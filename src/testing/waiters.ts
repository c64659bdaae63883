/** Makes promises for the next value of a kind, so that tests wait for what happens and never sleep. */

import { FakeServerError } from './errors.ts';

/** Promises that wait for one kind of value. */
export interface Waiters<T> {
  /** The next value for which `accepts` returns true; rejects after `timeoutMs`, if given. */
  next(what: string, accepts: (value: T) => boolean, timeoutMs: number | undefined): Promise<T>;
  /** Resolves every promise that waits for this value. */
  notify(value: T): void;
  /** Rejects every promise, now. */
  dispose(): void;
}

interface Waiter<T> {
  readonly accepts: (value: T) => boolean;
  readonly resolve: (value: T) => void;
  readonly reject: (error: FakeServerError) => void;
  readonly timer: ReturnType<typeof setTimeout> | undefined;
}

/** Makes an empty set of them. */
export function createWaiters<T>(): Waiters<T> {
  const waiting = new Set<Waiter<T>>();

  function next(what: string, accepts: (value: T) => boolean, timeoutMs: number | undefined): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => {
      const expire = (): void => {
        waiting.delete(waiter);
        reject(new FakeServerError('timeout', `no ${what} within ${timeoutMs} ms`));
      };
      const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
      const waiter: Waiter<T> = { accepts, resolve, reject, timer };
      waiting.add(waiter);
    });
    // A caller that awaits it still sees the rejection. A test that does not await it has no unhandled rejection.
    promise.catch(() => undefined);
    return promise;
  }

  function remove(waiter: Waiter<T>): void {
    waiting.delete(waiter);
    clearTimeout(waiter.timer);
  }

  return {
    next,
    notify(value) {
      for (const waiter of [...waiting]) {
        if (!waiter.accepts(value)) continue;
        remove(waiter);
        waiter.resolve(value);
      }
    },
    dispose() {
      for (const waiter of [...waiting]) {
        remove(waiter);
        waiter.reject(new FakeServerError('disposed', 'the fake server was disposed'));
      }
    },
  };
}
