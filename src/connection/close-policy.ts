/** What does a close code mean? The default table. */
import type { CloseInfo, CloseVerdict } from '../types.ts';

/** Going away, service restart, try again later: everyone else was closed in the same moment. */
const restarts: readonly number[] = [1001, 1012, 1013];

/** Policy violation, and the application codes that borrow HTTP's 401 and 403. */
const refusals: readonly number[] = [1008, 4401, 4403];

/** The two sides do not speak the same language. Once may be a deploy; twice in a row is a bug. */
const misunderstandings: readonly (number | null)[] = [1002, 1003, 1007, 1009, 1010];

/**
 * The default `closePolicy`. Wrap it to change a code or two:
 *
 * ```ts
 * closePolicy={(close) => (close.code === 4003 ? 'fatal' : defaultClosePolicy(close))}
 * ```
 *
 * Codes: RFC 6455, 7.4.1, and the IANA registry of WebSocket close codes.
 */
export function defaultClosePolicy({ code, previousCode }: CloseInfo): CloseVerdict {
  if (restarts.includes(code)) return 'restart';
  if (refusals.includes(code)) return 'auth';
  if (misunderstandings.includes(code) && misunderstandings.includes(previousCode)) return 'fatal';
  // 1000 and 1005 too: a close that we did not ask for is a loss, however polite.
  return 'retry';
}
