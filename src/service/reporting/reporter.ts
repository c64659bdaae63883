/** Reports what went wrong to `errors$` and the logger, without secrets. */
import type { Observable } from 'rxjs';
import {
  describeThrown,
  failure,
  type WebSocketErrorCode,
  type WebSocketServiceError,
} from '../../errors.ts';
import type { Problem, Problems } from '../../problems.ts';
import { catchRejection, isPromiseLike } from '../../rejection.ts';
import { createEventStream } from '../../stream/event-stream.ts';
import type { Logger } from '../../types.ts';
import { createRedactor, type Redactor } from './redactor.ts';

export interface Reporter {
  readonly errors$: Observable<WebSocketServiceError>;
  error(error: WebSocketServiceError): void;
  /** Creates the error of a problem and reports it. */
  fail<P extends Problem>(problem: P, facts: Problems[P]): void;
  /** Removes secrets from text of the app or the server. */
  readonly clean: Redactor['clean'];
  /** Adds a secret. */
  readonly learn: Redactor['learn'];
  /** Reports what a function of the app threw. `what` names the function, and begins the sentence. */
  thrown(what: string, thrown: unknown): void;
  log(level: keyof Logger, message: string, details?: Readonly<Record<string, unknown>>): void;
  /** Logs to the logger of the newest config from now on, also if that config is invalid. Undefined: nothing is logged. */
  logTo(logger: Logger | undefined): void;
}

/** Logged as errors, not as warnings: they do not go away by themselves, and affect more than one message. */
const logsAsError: Partial<Readonly<Record<WebSocketErrorCode, true>>> = {
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

export function createReporter(): Reporter {
  let logger: Logger | undefined;
  const { clean, learn, isQuotedIn } = createRedactor();
  // What a subscriber of errors$ throws can't be reported there again, so it becomes an uncaught error of the page.
  const errors = createEventStream<WebSocketServiceError>((thrown) =>
    queueMicrotask(() => {
      throw thrown;
    }),
  );

  const log: Reporter['log'] = (level, message, details = {}) => {
    // Not reported: the report would be logged, too. A rejection is caught, because it would end a process of Node.
    const ignore = (): void => undefined;
    try {
      const result: unknown = logger?.[level](message, details);
      if (isPromiseLike(result)) catchRejection(result, ignore);
    } catch {
      ignore();
    }
  };

  /** Reports that were caused by the current one. Undefined while nothing is reported. */
  let caused: number | undefined;

  const error: Reporter['error'] = (reported) => {
    // Emitting it could cause another one, and so on: an app that sends its errors over the socket would loop.
    if (caused !== undefined) {
      caused += 1;
      return;
    }
    caused = 0;
    const { code, message } = reported;
    log(code in logsAsError ? 'error' : 'warn', message, { code });
    errors.next(reported);
    if (caused > 0)
      log('warn', 'Subscribers of errors$ caused more errors, which were not emitted.', { code, caused });
    caused = undefined;
  };

  return {
    errors$: errors.all$,
    error,
    fail: (problem, facts) => error(failure(problem, facts)),
    clean,
    learn,
    thrown: (what, thrown) => {
      const words = clean(describeThrown(thrown));
      // The thrown value helps to find the bug, but it must not carry a secret along.
      const cause = isQuotedIn(thrown) ? {} : { cause: thrown };
      error(failure('handler-failed/threw', { what, words }, cause));
    },
    log,
    logTo: (newest) => {
      logger = newest;
    },
  };
}
