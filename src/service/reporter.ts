/** Who hears about what went wrong? `errors$` and the logger, in words that hold no secret. */
import { describeThrown, failure, type WebSocketErrorCode, type WebSocketServiceError } from '../errors.ts';
import type { Problem, Problems } from '../sentences.ts';
import { type Channel, createChannel } from '../stream/channel.ts';
import type { Logger } from '../types.ts';
import type { Redactor } from './redactor.ts';

export interface Reporter {
  readonly errors: Channel<WebSocketServiceError>;
  error(error: WebSocketServiceError): void;
  /** The same, for a problem that is no error yet. */
  fail<P extends Problem>(problem: P, facts: Problems[P]): void;
  /** Words that are not ours, without the secrets in them. */
  clean(text: string): string;
  /** A function of the user's threw; `what` begins the sentence. */
  thrown(what: string, thrown: unknown): void;
  log(level: keyof Logger, message: string, details?: Readonly<Record<string, unknown>>): void;
}

/** What neither mends itself, nor harms one message only. */
const grave: Partial<Readonly<Record<WebSocketErrorCode, true>>> = {
  'attempts-exhausted': true,
  disposed: true,
  'fatal-close': true,
  'handler-failed': true,
  'invalid-argument': true,
  'invalid-config': true,
  'missing-provider': true,
  'not-serializable': true,
  'too-large': true,
  unauthorized: true,
};

export function createReporter(redactor: Redactor, logger: () => Logger | undefined): Reporter {
  // Told to nobody who would tell it here again: an uncaught error of the page.
  const errors = createChannel<WebSocketServiceError>((thrown) =>
    queueMicrotask(() => {
      throw thrown;
    }),
  );

  const log: Reporter['log'] = (level, message, details = {}) => {
    try {
      logger()?.[level](message, details);
    } catch {
      // A logger that throws leaves nobody to tell.
    }
  };

  const error: Reporter['error'] = (reported) => {
    const { code, message } = reported;
    log(code in grave ? 'error' : 'warn', message, { code });
    errors.next(reported);
  };

  return {
    errors,
    error,
    fail: (problem, facts) => error(failure(problem, facts)),
    clean: redactor.clean,
    thrown: (what, thrown) => {
      const words = redactor.clean(describeThrown(thrown));
      // What was thrown is the user's own, and helps to find it; but not when a secret is in it.
      const cause = redactor.isQuotedIn(thrown) ? {} : { cause: thrown };
      error(failure('handler-failed/threw', { what, words }, cause));
    },
    log,
  };
}
