/** Errors and states as plain data, and back. */
import { WebSocketServiceError } from '../src/errors.ts';
import type { ConnectionState } from '../src/types.ts';
import type { PlainError, View } from './messages.ts';

/** Without its cause, which may be anything. */
export function toPlain({ code, message, details }: WebSocketServiceError): PlainError {
  return { code, message, details: copied(details) };
}

export function fromPlain({ code, message, details }: PlainError): WebSocketServiceError {
  return new WebSocketServiceError(code, message, { details });
}

/** Empty, if they hold something that can't be copied. */
function copied(details: PlainError['details']): PlainError['details'] {
  try {
    return structuredClone(details);
  } catch {
    return {};
  }
}

export function viewOf(state: ConnectionState): View {
  const { status, reason, reconnectAttempts, nextRetryAt, lastClose, error, latency } = state;
  return {
    ...{ status, reason, reconnectAttempts, nextRetryAt, lastClose, latency },
    error: error && toPlain(error),
  };
}
