/** The requests that wait for a reply. Each settles exactly once: by a reply, timeout, abort, or the loss of the link. */
import { failure, type WebSocketServiceError } from '../../errors.ts';
import type { ReplyResult } from '../../protocols/protocol.ts';

export interface RequestTable {
  /** Returns a promise of the reply. */
  wait(request: SentRequest, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown>;
  /** Settles a request. `read` is called only if one with this id waits; other replies are ignored. */
  settle(id: number, read: () => ReplyResult): void;
  /** Rejects a request. */
  fail(id: number, error: WebSocketServiceError): void;
  /** Rejects all requests: no other link can answer them. `isLargest`: none of them is longer. */
  rejectAll(error: (event: string, isLargest: boolean) => WebSocketServiceError): void;
}

/** A request as it was sent. */
export interface SentRequest {
  readonly id: number;
  readonly event: string;
  readonly length: number;
}

interface Pending extends SentRequest {
  readonly settle: (outcome: Promise<unknown>) => void;
}

export function createRequestTable(): RequestTable {
  const pending = new Map<number, Pending>();
  const fail: RequestTable['fail'] = (id, error) => pending.get(id)?.settle(Promise.reject(error));

  return {
    wait: (sent, timeoutMs, signal) =>
      new Promise((resolve) => {
        const { id, event } = sent;
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
        pending.set(id, { ...sent, settle });
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
      const longest = requests.reduce((most, { length }) => Math.max(most, length), 0);
      for (const { id, event, length } of requests) fail(id, error(event, length === longest));
    },
  };
}
