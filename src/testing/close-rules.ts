/** Checks the code and the reason of a close: by a page, and by a server. */

import { FakeServerError } from './errors.ts';

const MAX_REASON_BYTES = 123;

/** Throws what a browser throws for `close(code, reason)` of a page. */
export function checkPageClose(code: number | null, reason: string): void {
  if (code !== null && code !== 1000 && (code < 3000 || code > 4999)) {
    throw new DOMException(
      `The close code must be 1000 or from 3000 to 4999. ${code} is neither.`,
      'InvalidAccessError',
    );
  }
  if (utf8Length(reason) > MAX_REASON_BYTES) {
    throw new DOMException(
      `The close reason must not be longer than ${MAX_REASON_BYTES} UTF-8 bytes.`,
      'SyntaxError',
    );
  }
}

/** Throws for a code or a reason that no server may close with; the same for both doors. */
export function checkServerClose(code: number | undefined, reason: string): void {
  if (code === undefined && reason !== '') {
    throw new FakeServerError('invalid-close', 'a reason needs a code: pass both');
  }
  if (code !== undefined && !isSendable(code)) {
    throw new FakeServerError('invalid-close', `no close frame may carry ${code}: for 1006 call drop()`);
  }
  if (utf8Length(reason) > MAX_REASON_BYTES) {
    throw new FakeServerError('invalid-close', `the reason is longer than ${MAX_REASON_BYTES} UTF-8 bytes`);
  }
}

// 1004 has no meaning. 1005 and 1006 are what a client reports when no code, or no close frame, came.
function isSendable(code: number): boolean {
  if (!Number.isInteger(code)) return false;
  if (code >= 1000 && code <= 1014) return code !== 1004 && code !== 1005 && code !== 1006;
  return code >= 3000 && code <= 4999;
}

/** How many bytes a text takes on the wire. Jest's jsdom has no `TextEncoder`; elsewhere it is the faster one. */
export function utf8Length(text: string): number {
  return typeof TextEncoder === 'function' ? new TextEncoder().encode(text).length : new Blob([text]).size;
}
