/** Promises that an app waits for, which a signal or a timeout can end. */
import { failure, type WebSocketServiceError } from '../../errors.ts';
import { isTimerMs } from '../../timer-limit.ts';

export interface WaitOptions {
  /** Aborting it rejects the promise with `wait-aborted`. */
  signal?: AbortSignal | undefined;
}

export interface Waits {
  /** A promise until `check` returns `done`, which is asked now and with every `checkAll`. It rejects with an error that it returns. */
  until(
    check: () => 'done' | 'waiting' | WebSocketServiceError,
    options: WaitOptions & { readonly timeout?: number | undefined },
  ): Promise<void>;
  /** Something has changed: asks again. */
  checkAll(): void;
  isEmpty(): boolean;
}

export function createWaits(): Waits {
  const waiting = new Set<() => void>();

  return {
    until: (ask, { signal, timeout }) =>
      new Promise((resolve, reject) => {
        if (timeout !== undefined && !(isTimerMs(timeout) && timeout > 0))
          throw failure('invalid-argument/wait-timeout', {});
        const end = (settle: () => void): void => {
          waiting.delete(check);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          settle();
        };
        const fail = (error: WebSocketServiceError): void => end(() => reject(error));
        const onAbort = (): void => fail(failure('wait-aborted', {}));
        const check = (): void => {
          const answer = ask();
          if (answer === 'done') end(resolve);
          else if (answer !== 'waiting') fail(answer);
        };
        let timer: ReturnType<typeof setTimeout> | undefined;
        if (signal?.aborted) return onAbort();
        signal?.addEventListener('abort', onAbort);
        if (timeout !== undefined)
          timer = setTimeout(() => fail(failure('connect-timeout/waited', { timeoutMs: timeout })), timeout);
        waiting.add(check);
        check();
      }),
    checkAll() {
      for (const check of [...waiting]) if (waiting.has(check)) check();
    },
    isEmpty: () => waiting.size === 0,
  };
}
