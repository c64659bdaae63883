/** What the functions `closePolicy` and `backoff` get and return. Types only: this file adds no code. */

/** How a link, or an attempt to open one, ended: the argument of `closePolicy`. */
export interface CloseInfo {
  /** The close code (RFC 6455, 7.4, and the IANA registry). 1005 and 1006: there was none. */
  readonly code: number;
  /** The server's reason, without control characters; at most 123 characters. */
  readonly reason: string;
  /** Whether both sides completed the closing handshake (WHATWG `CloseEvent.wasClean`). */
  readonly wasClean: boolean;
  /** Whether the socket was open before. */
  readonly opened: boolean;
  /** Failures in a row before this one. */
  readonly failures: number;
  /** The code of the close before this one, if that was a failure in the same row; null otherwise. */
  readonly previousCode: number | null;
}

/**
 * What to do after a close. `retry`: try again after the backoff. `restart`: the same, but spread over `restartSpread`.
 * `auth`: call the token function for a fresh token and try at once; a second refusal, or a token that is not a
 * function, stops with `unauthorized`. `fatal`: stop with `fatal-close`. `done`: the server has sent all that there was;
 * stop with `ended`, without an error.
 */
export type CloseVerdict = 'retry' | 'restart' | 'auth' | 'fatal' | 'done';

/** The argument of a `backoff` function. All times are in ms. */
export interface BackoffContext {
  /** Failures in a row, from 1. */
  readonly failures: number;
  /** The previous wait in this row of failures; null before the first. */
  readonly previousDelayMs: number | null;
  readonly reconnectDelay: number;
  readonly reconnectDelayMax: number;
  readonly reconnectJitter: number;
  readonly backoffAfter: number;
  readonly random: () => number;
}
