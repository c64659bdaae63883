// Promises for the next piece of news of a kind, so that tests wait for events and never sleep.

import { FakeServerError } from './errors.ts';

/** Promises that wait for one kind of news. */
export interface Waiters<T> {
  /** The next news that `accepts` says yes to; rejects after `timeoutMs`, where one is given. */
  next(what: string, accepts: (news: T) => boolean, timeoutMs: number | undefined): Promise<T>;
  tell(news: T): void;
  /** Rejects all that wait, now. */
  dispose(): void;
}

interface Waiter<T> {
  readonly accepts: (news: T) => boolean;
  readonly resolve: (news: T) => void;
  readonly reject: (error: FakeServerError) => void;
  readonly timer: ReturnType<typeof setTimeout> | null;
}

/** Makes an empty waiting room. */
export function createWaiters<T>(): Waiters<T> {
  const waiting = new Set<Waiter<T>>();

  function next(what: string, accepts: (news: T) => boolean, timeoutMs: number | undefined): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => {
      const expire = (): void => {
        waiting.delete(waiter);
        reject(new FakeServerError('timeout', `no ${what} within ${timeoutMs} ms`));
      };
      const timer = timeoutMs === undefined ? null : setTimeout(expire, timeoutMs);
      const waiter: Waiter<T> = { accepts, resolve, reject, timer };
      waiting.add(waiter);
    });
    // Who awaits it still sees the rejection; who has forgotten it at the end of a test is not bothered.
    promise.catch(() => undefined);
    return promise;
  }

  function take(waiter: Waiter<T>): void {
    waiting.delete(waiter);
    if (waiter.timer !== null) clearTimeout(waiter.timer);
  }

  return {
    next,
    tell(news) {
      for (const waiter of [...waiting]) {
        if (!waiter.accepts(news)) continue;
        take(waiter);
        waiter.resolve(news);
      }
    },
    dispose() {
      for (const waiter of [...waiting]) {
        take(waiter);
        waiter.reject(
          new FakeServerError('disposed', 'the fake server was disposed while this was waited for'),
        );
      }
    },
  };
}
