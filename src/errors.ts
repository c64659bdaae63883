/** The error type of this package, with a closed set of codes. */
import type { Problem, Problems } from './problems.ts';
import { sentenceOf } from './sentences.ts';

/** The code of an error. `docs/errors.md` explains each. */
export type WebSocketErrorCode =
  | 'invalid-config'
  | 'missing-provider'
  | 'url-failed'
  | 'token-failed'
  | 'connect-timeout'
  | 'connection-failed'
  | 'attempts-exhausted'
  | 'unauthorized'
  | 'fatal-close'
  | 'heartbeat-refused'
  | 'malformed-frame'
  | 'unrecognised-frame'
  | 'invalid-payload'
  | 'resync-failed'
  | 'handler-failed'
  | 'not-serializable'
  | 'invalid-argument'
  | 'message-dropped'
  | 'too-large'
  | 'send-buffer-full'
  | 'not-connected'
  | 'connection-lost'
  | 'request-timeout'
  | 'request-aborted'
  | 'request-failed'
  | 'channel-refused'
  | 'wait-aborted'
  | 'disposed';

/**
 * Every error of this package. `code` is for programs; `message` says what happened and what to do. Neither contains a
 * token, or an address with its query. In production, `message` is only the name of the problem: see `docs/errors.md`.
 */
export class WebSocketServiceError extends Error {
  override readonly name = 'WebSocketServiceError';
  readonly code: WebSocketErrorCode;
  /** Facts for programs, such as the name of the option, the length of the frame, or the server's own error. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: WebSocketErrorCode,
    message: string,
    extra: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ) {
    super(message, 'cause' in extra ? { cause: extra.cause } : undefined);
    this.code = code;
    this.details = extra.details ?? {};
  }

  /** What `JSON.stringify` shows: no details and no cause. */
  toJSON(): { name: string; code: WebSocketErrorCode; message: string } {
    return { name: this.name, code: this.code, message: this.message };
  }
}

/** The part before the slash. A problem whose code is missing in `WebSocketErrorCode` does not compile below. */
type CodeOf<P extends string> = P extends `${infer Code}/${string}` ? Code : P;

/** Creates the error of a problem. Its code is the part of the problem's name before the slash. */
export function failure<P extends Problem>(
  problem: P,
  facts: Problems[P],
  cause?: { readonly cause?: unknown },
): WebSocketServiceError {
  const [code] = problem.split('/') as [CodeOf<P>];
  return new WebSocketServiceError(code, sentenceOf(problem, facts), { details: facts, ...cause });
}

/** Describes a thrown value of any type: its message or its type, never its stack. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || thrown.name);
  } catch {
    // A message may be a getter that throws, or an object that does not convert to a string.
  }
  if (typeof thrown === 'string') return thrown;
  return `a value of type ${thrown === null ? 'null' : typeof thrown}`;
}
