/** Explains a close in words: what its code means, and what happens next. Pure. */
import { ownCodes } from '../src/connection/states.ts';
import type { ConnectionState } from '../src/types.ts';

/** RFC 6455, 7.4.1, the IANA registry of close codes, and our own. */
const MEANINGS: Readonly<Record<number, string>> = {
  1000: 'the server closed it in the normal way',
  1001: 'going away: the server is shutting down, or a proxy ended it',
  1002: 'protocol error: the server did not accept the format of a frame',
  1003: 'the server does not accept this type of data',
  1005: 'closed without a code',
  1006: 'the link broke without a close frame: network, proxy, a process that died, or a handshake that was refused',
  1007: 'the server received text that is not valid UTF-8',
  1008: 'policy violation: the server does not accept this client',
  1009: 'a message was too big',
  1010: 'a protocol extension is missing',
  1011: 'internal error of the server',
  1012: 'the server restarts',
  1013: 'the server is overloaded: try again later',
  1014: 'a gateway received an invalid response from the server',
  1015: 'the TLS handshake failed',
  [ownCodes.unauthorized]: 'closed by this side: the server does not accept the token',
  [ownCodes.missedAnswer]: 'closed by this side: no answer to the heartbeat',
  [ownCodes.gap]: 'closed by this side: an event was missing, and is requested again',
  [ownCodes.badFrames]: 'closed by this side: ten malformed frames in a row',
  4401: 'unauthorized: the server does not accept the token',
  4403: 'forbidden: the server does not accept the token',
};

export function meaningOf(code: number): string {
  const known = MEANINGS[code];
  if (known !== undefined) return known;
  if (code >= 4_000) return 'a code of this application';
  return code >= 3_000 ? 'a code of a library or framework' : 'an unregistered code';
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
      return 'A new connection is being opened.';
    case 'reconnecting': {
      const row = reconnectAttempts > 1 ? ` ${reconnectAttempts} failures in a row so far.` : '';
      if (secondsLeft === null) return `An attempt is under way.${row}`;
      return `The next attempt starts in ${secondsLeft} s.${row}`;
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
      return 'No attempt is left. reconnect() starts over, and so does the page when the network is back or the tab is shown.';
    case 'unauthorized':
      return 'The token was refused. The next attempt waits for another token or for reconnect().';
    case 'fatal-close':
      return 'closePolicy classifies it as fatal. The next attempt waits for reconnect().';
    case 'ended':
      return 'closePolicy says that the server has sent all that there was. The next attempt waits for connect() or reconnect().';
    case 'invalid-config':
      return 'The config is invalid; the error says what to change.';
    case 'client':
      return 'disconnect() was called. The next attempt waits for connect() or reconnect().';
    case 'idle':
    case null:
      return 'The connection is idle: there is no url or token, or it is not enabled.';
    default:
      reason satisfies never;
      return '';
  }
}
