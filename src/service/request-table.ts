/** Which requests wait for a reply? Each settles exactly once: reply, timeout, abort, or the loss of the link. */
import { WebSocketServiceError } from '../errors.ts';
import type { ReplyResult } from '../protocols/protocol.ts';

export interface RequestTable {
  /** Waits for the reply to what was asked. */
  wait(asked: Asked, timeoutMs: number, signal: AbortSignal | undefined): Promise<unknown>;
  /** A reply that nobody waits for is ignored, and not even looked at: `result` is called only if somebody does. */
  settle(id: number, result: () => ReplyResult): void;
  /** The request was not sent after all. */
  fail(id: number, error: WebSocketServiceError): void;
  /** None may be answered by another link. `largest`: no other that waits is longer. */
  rejectAll(error: (request: Asked, size: 'largest' | 'smaller') => WebSocketServiceError): void;
}

/** One request, as it went out. */
export interface Asked {
  readonly id: number;
  readonly event: string;
  readonly length: number;
}

interface Pending {
  readonly asked: Asked;
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: WebSocketServiceError) => void;
}

export function createRequestTable(): RequestTable {
  const pending = new Map<number, Pending>();

  return {
    wait: (asked, timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        const { id, event } = asked;
        const finish = (): void => {
          pending.delete(id);
          clearTimeout(timer);
          signal?.removeEventListener('abort', onAbort);
        };
        const fail = (error: WebSocketServiceError): void => {
          finish();
          reject(error);
        };
        const onAbort = (): void => fail(aborted(event));
        const timer = setTimeout(() => fail(timedOut(event, timeoutMs)), timeoutMs);
        signal?.addEventListener('abort', onAbort);
        pending.set(id, {
          asked,
          reject: fail,
          resolve: (data) => {
            finish();
            resolve(data);
          },
        });
      }),
    settle(id, read) {
      const request = pending.get(id);
      if (request === undefined) return;
      const result = read();
      if (result.status === 'ok') request.resolve(result.data);
      else request.reject(refused(request.asked.event, result.message, result.details));
    },
    fail: (id, error) => pending.get(id)?.reject(error),
    rejectAll(error) {
      const requests = [...pending.values()];
      const longest = Math.max(...requests.map(({ asked }) => asked.length));
      for (const { asked, reject } of requests) {
        reject(error(asked, asked.length === longest ? 'largest' : 'smaller'));
      }
    },
  };
}

/** The rejection of a request whose signal was aborted. */
export function aborted(event: string): WebSocketServiceError {
  return new WebSocketServiceError('request-aborted', `The request "${event}" was aborted.`);
}

function timedOut(event: string, timeoutMs: number): WebSocketServiceError {
  return new WebSocketServiceError(
    'request-timeout',
    `The server did not reply to "${event}" within ${timeoutMs} ms. It may have acted on it all the same.`,
  );
}

function refused(
  event: string,
  message: string,
  server: Readonly<Record<string, unknown>>,
): WebSocketServiceError {
  return new WebSocketServiceError('request-failed', `The server refused "${event}": ${message}`, {
    details: { server },
  });
}
