/** How is a failure of the connection said? One sentence for each kind, with what to do about it. */
import { WebSocketServiceError } from '../errors.ts';
import type { CloseInfo } from '../types.ts';

/** `waitingFor`: what had not come when the time was over. */
export function timedOut(waitingFor: 'token' | 'server', connectTimeoutMs: number): WebSocketServiceError {
  const waited = `${connectTimeoutMs} ms (connectTimeout)`;
  switch (waitingFor) {
    case 'token':
      return new WebSocketServiceError(
        'connect-timeout',
        `The url or token function did not answer within ${waited}. Let it reject instead of waiting for ever.`,
      );
    case 'server':
      return new WebSocketServiceError(
        'connect-timeout',
        `The server did not complete the connection within ${waited}. Is the address right, and the server up?`,
      );
    default:
      waitingFor satisfies never;
      return waitingFor;
  }
}

export function silent(): WebSocketServiceError {
  return new WebSocketServiceError(
    'connect-timeout',
    'The server took the connection, and then said nothing, not even in answer to a ping.',
  );
}

export function refused({ code }: CloseInfo): WebSocketServiceError {
  return new WebSocketServiceError(
    'connection-failed',
    `The connection could not be opened (close code ${code}). A browser does not say why: the server may be ` +
      'down, unreachable, or refusing this page or token.',
    { details: { code } },
  );
}

export function fatal(close: CloseInfo | null): WebSocketServiceError {
  const code = close?.code ?? null;
  return new WebSocketServiceError(
    'fatal-close',
    `The server closed the connection with code ${code ?? 'unknown'}, which closePolicy calls fatal. ` +
      'Call reconnect() when the cause is mended.',
    { details: { code } },
  );
}

export function unauthorized(tokenSource: 'function' | 'fixed'): WebSocketServiceError {
  return new WebSocketServiceError(
    'unauthorized',
    tokenSource === 'fixed'
      ? 'The server refused the token, or wants one and got none. Pass another one, or a token function that can be asked for a fresh one.'
      : 'The server refused the token, and a fresh one too. Sign in again, then call reconnect() or pass the new token.',
  );
}

/** `cause`: what the last attempt failed of. */
export function exhausted(failures: number, cause: WebSocketServiceError | null): WebSocketServiceError {
  return new WebSocketServiceError(
    'attempts-exhausted',
    `Gave up after ${failures} failed ${failures === 1 ? 'attempt' : 'attempts in a row'}. ` +
      'Call reconnect() to try again, or raise reconnectAttempts (Infinity never gives up).',
    { details: { failures }, ...(cause === null ? {} : { cause }) },
  );
}
