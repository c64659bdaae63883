/**
 * The requests and streams that wait for a reply. Each settles exactly once: by a reply (a stream: by its last one), timeout,
 * abort, or the loss of the link.
 */
import { failure, type WebSocketServiceError } from '../../errors.ts';
import type { ReplyResult } from '../../protocols/protocol.ts';

export interface RequestTable {
  /** Starts the clock of a request, which may be sent later. `Infinity`: without a timeout. */
  open(asked: AskedRequest, timeoutMs: number, signal: AbortSignal | undefined): PendingRequest;
  /** Settles a request, or continues a stream. `read` is called only if one was sent with this id; others are ignored. */
  settle(id: number, read: () => ReplyResult, more: boolean): void;
  /** Rejects all requests that were sent: no other link can answer them. `isLargest`: none of them is longer. */
  rejectAll(error: (event: string, isLargest: boolean) => WebSocketServiceError): void;
}

export interface AskedRequest {
  readonly event: string;
  /** Of a stream: gets the data of each reply. */
  readonly onPart?: ((data: unknown) => void) | undefined;
  readonly onSettled?: () => void;
}

export interface PendingRequest {
  readonly reply: Promise<unknown>;
  /** Call before it is sent: the socket of a test may answer from inside send(). */
  sending(sent: SentRequest): void;
  /** It was not sent after all. */
  notSent(): void;
  fail(error: WebSocketServiceError): void;
}

/** A request as it was sent. */
export interface SentRequest {
  readonly id: number;
  readonly length: number;
  /** The app gave up: the timeout is over, or the signal was aborted. */
  readonly onGivenUp: () => void;
}

interface Pending extends AskedRequest, SentRequest {
  /** Gives the stream its whole timeout for the next part. */
  readonly prolong: () => void;
  readonly settle: (outcome: Promise<unknown>) => void;
}

export function createRequestTable(): RequestTable {
  const pending = new Map<number, Pending>();

  return {
    open(asked, timeoutMs, signal) {
      const { event } = asked;
      let resolve: (outcome: Promise<unknown>) => void = () => undefined;
      const reply = new Promise<unknown>((settleWith) => {
        resolve = settleWith;
      });
      let sent: SentRequest | undefined;
      const notSent = (): void => {
        if (sent) pending.delete(sent.id);
        sent = undefined;
      };
      const settle = (outcome: Promise<unknown>): void => {
        notSent();
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        resolve(outcome);
        asked.onSettled?.();
      };
      const fail = (error: WebSocketServiceError): void => settle(Promise.reject(error));
      const giveUp = (error: WebSocketServiceError): void => {
        const before = sent;
        fail(error);
        before?.onGivenUp();
      };
      const onAbort = (): void => giveUp(failure('request-aborted', { event }));
      const onTimeout = (): void =>
        giveUp(failure(sent ? 'request-timeout' : 'request-timeout/unsent', { event, timeoutMs }));
      let timer: ReturnType<typeof setTimeout> | undefined;
      const prolong = (): void => {
        clearTimeout(timer);
        if (Number.isFinite(timeoutMs)) timer = setTimeout(onTimeout, timeoutMs);
      };
      prolong();
      signal?.addEventListener('abort', onAbort);
      return {
        reply,
        sending(given) {
          sent = given;
          pending.set(given.id, { ...asked, ...given, prolong, settle });
        },
        notSent,
        fail,
      };
    },
    settle(id, read, more) {
      const request = pending.get(id);
      if (request === undefined) return;
      const result = read();
      const { event, onPart, prolong, settle } = request;
      if (result.status === 'ok') {
        if (onPart === undefined) return settle(Promise.resolve(result.data));
        prolong();
        if (result.data !== undefined) onPart(result.data);
        if (!more) settle(Promise.resolve(undefined));
        return;
      }
      const { message: words, details: server } = result;
      settle(Promise.reject(failure('request-failed', { event, words, server })));
    },
    rejectAll(error) {
      const requests = [...pending.values()];
      const longest = requests.reduce((most, { length }) => Math.max(most, length), 0);
      for (const { event, length, settle } of requests)
        settle(Promise.reject(error(event, length === longest)));
    },
  };
}
