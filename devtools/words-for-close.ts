/** Explains a close in words: what its code means, and what happens next. Pure. */
import { ownCodes } from '../src/connection/states.ts';
import type { ConnectionState } from '../src/types.ts';

/** RFC 6455, 7.4.1, the IANA registry of close codes, and our own. */
const MEANINGS: Readonly<Record<number, string>> = {
  1000: 'the server closed it in the normal way',
  1001: 'going away: the server is shutting down, or a proxy ended it',
  1002: 'protocol error: the server did not accept what a frame looked like',
  1003: 'the server does not take this type of data',
  1005: 'closed without a code',
  1006: 'the link broke without a close frame: network, proxy, a process that died, or a handshake that was refused',
  1007: 'the server received text that is no valid text',
  1008: 'policy violation: the server does not accept this client',
  1009: 'a message was too big',
  1010: 'a protocol extension is missing',
  1011: 'internal error of the server',
  1012: 'the server restarts',
  1013: 'the server is overloaded: try again later',
  1014: 'a gateway got a bad answer from the server',
  1015: 'the TLS handshake failed',
  [ownCodes.unauthorized]: 'given up on by this side: the server does not accept the token',
  [ownCodes.missedAnswer]: 'given up on by this side: no answer to the heartbeat',
  [ownCodes.gap]: 'given up on by this side: an event was missing, and is asked for again',
  [ownCodes.badFrames]: 'given up on by this side: ten malformed frames in a row',
  4401: 'unauthorized: the server does not accept the token',
  4403: 'forbidden: the server does not accept the token',
};

export function meaningOf(code: number): string {
  const known = MEANINGS[code];
  if (known !== undefined) return known;
  if (code >= 4_000) return 'a code of this application';
  return code >= 3_000 ? 'a code of a library or framework' : 'a code that nobody has registered';
}

/** What happened after the last close, or will happen. `secondsLeft`: until the next attempt. */
export function consequenceOf(
  { status, reason, reconnectAttempts }: Pick<ConnectionState, 'status' | 'reason' | 'reconnectAttempts'>,
  secondsLeft: number | null,
): string {
  switch (status) {
    case 'connected':
      return 'Connected again since.';
    case 'connecting':
      return 'A new connection is on its way.';
    case 'reconnecting': {
      const row = reconnectAttempts > 1 ? ` ${reconnectAttempts} failures in a row so far.` : '';
      if (secondsLeft === null) return `An attempt is under way.${row}`;
      return `The next attempt is made in ${secondsLeft} s.${row}`;
    }
    case 'disconnected':
      return afterStop(reason);
    default:
      status satisfies never;
      return '';
  }
}

function afterStop(reason: ConnectionState['reason']): string {
  switch (reason) {
    case 'attempts-exhausted':
      return 'No attempt is left: reconnect() starts over, and so does a signal of the page (network back, tab shown).';
    case 'unauthorized':
      return 'The token was refused, and nothing is tried until there is another one, or reconnect() is called.';
    case 'fatal-close':
      return 'closePolicy calls it fatal, so nothing is tried until reconnect() is called.';
    case 'invalid-config':
      return 'The config can’t work; the error says what to change.';
    case 'client':
      return 'disconnect() was called: nothing is tried.';
    case 'idle':
    case null:
      return 'No connection is wanted: no url or token, or not enabled.';
    default:
      reason satisfies never;
      return '';
  }
}
