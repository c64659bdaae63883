/** What does a close code mean? The default table. */
import type { CloseInfo, CloseVerdict } from '../types.ts';

/**
 * The default `closePolicy`. Wrap it to change a code or two:
 *
 * ```ts
 * closePolicy={(close) => (close.code === 4003 ? 'fatal' : defaultClosePolicy(close))}
 * ```
 *
 * Codes: RFC 6455, 7.4.1, and the IANA registry of WebSocket close codes.
 */
export function defaultClosePolicy(close: CloseInfo): CloseVerdict {
  switch (close.code) {
    // Going away, service restart, try again later: everyone else was closed in the same moment.
    case 1001:
    case 1012:
    case 1013:
      return 'restart';
    // Policy violation, and the application codes that borrow HTTP's 401 and 403.
    case 1008:
    case 4401:
    case 4403:
      return 'auth';
    // The two sides do not speak the same language. Once may be a deploy; twice in a row is a bug.
    case 1002:
    case 1003:
    case 1007:
    case 1009:
    case 1010:
      return isOtherLanguage(close.previousCode) ? 'fatal' : 'retry';
    // 1000 and 1005 too: a close that we did not ask for is a loss, however polite.
    default:
      return 'retry';
  }
}

function isOtherLanguage(code: number | null): boolean {
  return code === 1002 || code === 1003 || code === 1007 || code === 1009 || code === 1010;
}
