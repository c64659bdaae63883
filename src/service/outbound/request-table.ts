/**
 * The requests and streams that wait for a reply. Each settles exactly once: by a reply (a stream: by its last one), timeout,
 * abort, or the loss of the link.
 */
import { failure, type WebSocketServiceError } from '../../errors.ts';
import type { ReplyResult } from '../../protocols/protocol.ts';

export interface RequestTable {
  /** Returns a promise of the reply. `Infinity`: without a timeout. */
  wait(request: SentRequest, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown>;
  /** Settles a request, or continues a stream. `read` is called only if one with this id waits; others are ignored. */
  settle(id: number, read: () => ReplyResult, more: boolean): void;
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
  /** Of a stream: gets the data of each reply. */
  readonly onPart?: ((data: unknown) => void) | undefined;
  /** The app gave up: the timeout is over, or the signal was aborted. */
  readonly onGivenUp: () => void;
}

interface Pending extends SentRequest {
  /** Gives the stream its whole timeout for the next part. */
  readonly prolong: () => void;
  readonly settle: (outcome: Promise<unknown>) => void;
}

export function createRequestTable(): RequestTable {
  const pending = new Map<number, Pending>();
  const fail: RequestTable['fail'] = (id, error) => pending.get(id)?.settle(Promise.reject(error));

  return {
    wait: (sent, timeoutMs, signal) =>
      new Promise((resolve) => {
        const { id, event, onGivenUp } = sent;
        const giveUp = (error: WebSocketServiceError): void => {
          fail(id, error);
          onGivenUp();
        };
        const onAbort = (): void => giveUp(failure('request-aborted', { event }));
        const onTimeout = (): void => giveUp(failure('request-timeout', { event, timeoutMs }));
        let timer: ReturnType<typeof setTimeout> | undefined;
        const prolong = (): void => {
          clearTimeout(timer);
          if (Number.isFinite(timeoutMs)) timer = setTimeout(onTimeout, timeoutMs);
        };
        prolong();
        signal?.addEventListener('abort', onAbort);
        const settle = (outcome: Promise<unknown>): void => {
          pending.delete(id);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
          resolve(outcome);
        };
        pending.set(id, { ...sent, prolong, settle });
      }),
    settle(id, read, more) {
      const request = pending.get(id);
      if (request === undefined) return;
      const result = read();
      const { event, onPart, prolong } = request;
      if (result.status === 'ok') {
        if (onPart === undefined) return request.settle(Promise.resolve(result.data));
        prolong();
        if (result.data !== undefined) onPart(result.data);
        if (!more) request.settle(Promise.resolve(undefined));
        return;
      }
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
