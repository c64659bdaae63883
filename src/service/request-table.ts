/** Which requests wait for a reply? Each settles exactly once: reply, timeout, abort, or the loss of the link. */
import { failure, type WebSocketServiceError } from '../errors.ts';
import type { ReplyResult } from '../protocols/protocol.ts';

export interface RequestTable {
  /** Waits for the reply to what was asked. */
  wait(asked: Asked, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown>;
  /** A reply that nobody waits for is ignored, and not even looked at: `read` is called only if somebody does. */
  settle(id: number, read: () => ReplyResult): void;
  /** The request was not sent after all. */
  fail(id: number, error: WebSocketServiceError): void;
  /** None may be answered by another link. `isLargest`: no other that waits is longer. */
  rejectAll(error: (event: string, isLargest: boolean) => WebSocketServiceError): void;
}

/** One request, as it went out. */
export interface Asked {
  readonly id: number;
  readonly event: string;
  readonly length: number;
}

interface Pending extends Asked {
  /** Exactly one of the two; whichever comes first. */
  readonly settle: (outcome: Promise<unknown>) => void;
}

export function createRequestTable(): RequestTable {
  const pending = new Map<number, Pending>();
  const fail: RequestTable['fail'] = (id, error) => pending.get(id)?.settle(Promise.reject(error));

  return {
    wait: (asked, timeoutMs, signal) =>
      new Promise((resolve) => {
        const { id, event } = asked;
        const onAbort = (): void => fail(id, failure('request-aborted', { event }));
        const onTimeout = (): void => fail(id, failure('request-timeout', { event, timeoutMs }));
        const timer = setTimeout(onTimeout, timeoutMs);
        signal?.addEventListener('abort', onAbort);
        const settle = (outcome: Promise<unknown>): void => {
          pending.delete(id);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          resolve(outcome);
        };
        pending.set(id, { ...asked, settle });
      }),
    settle(id, read) {
      const request = pending.get(id);
      if (request === undefined) return;
      const result = read();
      const { event } = request;
      if (result.status === 'ok') return request.settle(Promise.resolve(result.data));
      const { message: words, details: server } = result;
      fail(id, failure('request-failed', { event, words, server }));
    },
    fail,
    rejectAll(error) {
      const requests = [...pending.values()];
      const longest = Math.max(...requests.map(({ length }) => length));
      for (const { id, event, length } of requests) fail(id, error(event, length === longest));
    },
  };
}
