/** Who hears about what went wrong? `errors$` and the logger, in words that hold no secret. */
import { type Observable, Subject } from 'rxjs';
import { describeThrown, type WebSocketErrorCode, WebSocketServiceError } from '../errors.ts';
import type { Logger } from '../types.ts';
import type { Redactor } from './redactor.ts';

export interface Reporter {
  readonly errors$: Observable<WebSocketServiceError>;
  error(error: WebSocketServiceError): void;
  /** A function of the user's threw; `what` begins the sentence. */
  thrown(what: string, thrown: unknown): void;
  /** Words that are not ours, without the secrets in them. */
  clean(text: string): string;
  log(level: keyof Logger, message: string, details?: Readonly<Record<string, unknown>>): void;
}

export function createReporter(redactor: Redactor, logger: () => Logger | null): Reporter {
  const errors = new Subject<WebSocketServiceError>();

  const log: Reporter['log'] = (level, message, details = {}) => {
    try {
      logger()?.[level](message, details);
    } catch {
      // A logger that throws leaves nobody to tell.
    }
  };

  const error: Reporter['error'] = (reported) => {
    log(levelOf(reported.code), reported.message, { code: reported.code });
    errors.next(reported);
  };

  return {
    errors$: errors.asObservable(),
    error,
    thrown: (what, thrown) => {
      const words = redactor.clean(describeThrown(thrown));
      // What was thrown is the user's own, and helps to find it; but not when a secret is in it.
      const extra = redactor.isQuotedIn(thrown) ? {} : { cause: thrown };
      error(new WebSocketServiceError('handler-failed', `${what} threw: ${words}`, extra));
    },
    clean: redactor.clean,
    log,
  };
}

/** What mends itself, or harms one message only, is a warning. */
function levelOf(code: WebSocketErrorCode): 'warn' | 'error' {
  switch (code) {
    case 'connect-timeout':
    case 'connection-failed':
    case 'connection-lost':
    case 'malformed-frame':
    case 'invalid-payload':
    case 'message-dropped':
    case 'not-connected':
    case 'request-aborted':
    case 'request-failed':
    case 'request-timeout':
    case 'send-buffer-full':
    case 'token-failed':
    case 'url-failed':
      return 'warn';
    case 'attempts-exhausted':
    case 'disposed':
    case 'fatal-close':
    case 'handler-failed':
    case 'invalid-argument':
    case 'invalid-config':
    case 'missing-provider':
    case 'not-serializable':
    case 'too-large':
    case 'unauthorized':
      return 'error';
    default:
      code satisfies never;
      return 'error';
  }
}
