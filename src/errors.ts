/** What can go wrong? One error type with a closed set of codes. */
import { type Problem, type Problems, sentenceOf } from './sentences.ts';

/** Why something did not work. Each code is explained in `docs/errors.md`. */
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
  | 'malformed-frame'
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
  | 'disposed';

/**
 * The one error type of this package. `code` is for programs, `message` for people: it says what to do next.
 * Neither ever holds a token, nor an address with its query.
 */
export class WebSocketServiceError extends Error {
  override readonly name = 'WebSocketServiceError';
  readonly code: WebSocketErrorCode;
  /** Facts for programs: the option's name, the frame's length, the server's own error. */
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

  /** What a log or a devtools panel may show. */
  toJSON(): { name: string; code: WebSocketErrorCode; message: string } {
    return { name: this.name, code: this.code, message: this.message };
  }
}

/** The error of a problem: its code is what stands before the slash. */
export function failure<P extends Problem>(
  problem: P,
  facts: Problems[P],
  cause?: { readonly cause?: unknown },
): WebSocketServiceError {
  const [code] = problem.split('/') as [WebSocketErrorCode];
  return new WebSocketServiceError(code, sentenceOf(problem, facts), { details: facts, ...cause });
}

/** The words of something thrown, whatever it is; never its stack. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message || thrown.name);
  } catch {
    // Not every message has a text.
  }
  if (typeof thrown === 'string') return thrown;
  return `a value of type ${thrown === null ? 'null' : typeof thrown}`;
}
