/** The default close policy: a table of close codes. */
import type { CloseInfo, CloseVerdict, TokenReason } from '../types.ts';

/** Going away, service restart, try again later: all clients of the server were probably closed at the same time. */
const RESTARTS: readonly number[] = [1001, 1012, 1013];

/** Policy violation, and the application codes that are named after HTTP's 401 and 403. */
const REFUSALS: readonly number[] = [1008, 4401, 4403];

/** Those that say so plainly, also if `closePolicy` says something else. */
const UNAUTHORIZED: readonly number[] = [4401, 4403];

/** The two sides do not use the same protocol. One such close may be a deploy; two in a row are a bug. */
const LANGUAGE_ERRORS: readonly (number | null)[] = [1002, 1003, 1007, 1009, 1010];

/** Whether the server itself goes away: its session may still be there. */
export function isRestart(code: number): boolean {
  return RESTARTS.includes(code);
}

/** The message was too big, which a ping is not. */
const TOO_BIG = 1009;

/** Codes from here on are the application's own. */
const FIRST_APPLICATION_CODE = 3000;

/**
 * How a close right after a ping says that the server does not accept pings. `plain`: the code has no other cause that is as
 * likely. `torn`: there was no close frame, so it may have been the network. `ambiguous`: the code also refuses a token or a
 * client, such as 1008.
 */
export type PingRefusal = 'plain' | 'torn' | 'ambiguous';

/**
 * What a close right after a ping says about pings; undefined: nothing. `verdict`: that of the close policy. A restart, the
 * end of a stream, and a code with which the application refuses a token or stops its clients mean what they say.
 */
export function pingRefusalOf(code: number, verdict: CloseVerdict): PingRefusal | undefined {
  if (isRestart(code) || code === TOO_BIG) return undefined;
  const isRefusal = verdict === 'auth' || verdict === 'fatal';
  if (verdict !== 'retry' && !(isRefusal && code < FIRST_APPLICATION_CODE)) return undefined;
  if (code === TORN) return 'torn';
  return isRefusal ? 'ambiguous' : 'plain';
}

/** A link that ended without a close frame (RFC 6455, 7.1.5). */
const TORN = 1006;

/**
 * The default `closePolicy`: `restart` for 1001, 1012 and 1013; `auth` for 1008, 4401 and 4403; `fatal` for the second
 * close in a row with one of 1002, 1003, 1007, 1009 and 1010; `retry` otherwise. Wrap it to change a code or two:
 *
 * ```ts
 * closePolicy={(close) => (close.code === 4003 ? 'fatal' : defaultClosePolicy(close))}
 * ```
 *
 * Codes: RFC 6455, 7.4.1, and the IANA registry of WebSocket close codes.
 */
export function defaultClosePolicy({ code, previousCode }: CloseInfo): CloseVerdict {
  if (isRestart(code)) return 'restart';
  if (REFUSALS.includes(code)) return 'auth';
  if (LANGUAGE_ERRORS.includes(code) && LANGUAGE_ERRORS.includes(previousCode)) return 'fatal';
  // 1000 and 1005 too: a normal close that we did not ask for is a lost link.
  return 'retry';
}

/**
 * Why the url and token functions are asked after a close. A browser reports a refused handshake just like a server that is
 * down. After two in a row (`refusals`) a stale token is a likely cause. It is refreshed only once, so that an outage does
 * not make every client refresh its token again and again.
 */
export function reasonAfterClose(code: number, refusals: number): TokenReason {
  return refusals === 2 || UNAUTHORIZED.includes(code) ? 'unauthorized' : 'reconnect';
}
