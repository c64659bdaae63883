/** The Web Locks of one browser, for tests in Node: one holder for each name, those who wait in order, and theft. */
import { vi } from 'vitest';

interface Request {
  readonly grant: () => void;
  readonly reject: (error: Error) => void;
}

export interface FakeLocks {
  /** As `navigator.locks.request`. */
  request(
    name: string,
    options: { readonly steal?: boolean; readonly signal?: AbortSignal },
    task: () => unknown,
  ): Promise<unknown>;
  /** How many wait for this lock, the holder included. */
  count(): number;
}

export function createFakeLocks(): FakeLocks {
  const queues = new Map<string, Request[]>();
  const aborted = (): Error => Object.assign(new Error('The lock was stolen.'), { name: 'AbortError' });
  return {
    count: () => [...queues.values()].flat().length,
    request(name, { steal = false, signal }, task) {
      const queue = queues.get(name) ?? [];
      queues.set(name, queue);
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          const index = queue.indexOf(request);
          if (index === -1) return;
          queue.splice(index, 1);
          if (index === 0) queue[0]?.grant();
        };
        const request: Request = {
          reject,
          grant: () =>
            queueMicrotask(() => {
              if (queue[0] !== request) return;
              const held = Promise.resolve(task());
              held.then(resolve, reject).finally(leave);
            }),
        };
        signal?.addEventListener('abort', () => {
          leave();
          reject(aborted());
        });
        if (steal) {
          queue.shift()?.reject(aborted());
          queue.unshift(request);
          request.grant();
        } else if (queue.push(request) === 1) request.grant();
      });
    },
  };
}

/** Makes this process a secure page with locks, until the test is over. */
export function pretendToBeAPage(): FakeLocks {
  const locks = createFakeLocks();
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', { locks });
  return locks;
}
