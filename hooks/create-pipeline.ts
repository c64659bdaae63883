/** Runs an RxJS pipeline over a slice of the shared stream, and holds its output for a component. */
import { Observable, Subscription, UnsubscriptionError } from 'rxjs';
import { failure } from '../src/errors.ts';
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';
import { createSessionStore } from './create-session-store.ts';

/** The app's pipeline: turns a slice of the stream into its output. `inputs$` starts with the current inputs. */
export type Pipeline = (
  events$: Observable<IWebSocketEvent>,
  inputs$: Observable<readonly unknown[]>,
) => Observable<unknown>;

export interface PipelineSource {
  readonly events$: Observable<IWebSocketEvent>;
  readonly inputs$: Observable<readonly unknown[]>;
  /** The output before the first emission. */
  readonly initial: unknown;
  /** Names the pipeline in errors. */
  readonly label: string;
}

export interface PipelineRunner {
  /** The last output, published at most once per frame. */
  readonly store: ReadableStore<unknown>;
  /**
   * Subscribes to the pipeline that `current` returns. Does nothing if it runs already. A pipeline that errors is reported
   * and ends; the next change of the inputs starts the current one again. Another user's session starts it again, too.
   */
  start(current: () => Pipeline | undefined): void;
  /** Reports errors from now on. Until then they are kept: the provider's `onError` subscribes later than a pipeline. */
  reportErrors(): void;
  stop(): void;
}

export function createPipelineRunner(
  { scheduleCommit, session, reporter }: Connection,
  { events$, inputs$, initial, label }: PipelineSource,
): PipelineRunner {
  let output = initial;
  let generation = session.generation();
  const { store, publish } = createSessionStore(session, initial);
  const commit = (): void => publish(output);
  /** Everything that runs, undefined while stopped. */
  let lifetime: Subscription | undefined;
  /** Undefined once errors are reported at once. */
  let earlyErrors: unknown[] | undefined = [];

  const report = (thrown: unknown): void => {
    if (earlyErrors) earlyErrors.push(thrown);
    else reporter.thrown(label, thrown);
  };

  /** A finalizer of the pipeline may throw: that must not reach React, which would remove the whole tree. */
  const end = (subscription: Subscription | undefined): void => {
    try {
      subscription?.unsubscribe();
    } catch (thrown) {
      for (const error of thrown instanceof UnsubscriptionError ? thrown.errors : [thrown]) report(error);
    }
  };

  const subscribe = (pipeline: Pipeline, onError: () => void): Subscription =>
    // Called inside an Observable, so that what it throws is an error of the stream.
    new Observable((subscriber) => checked(pipeline(events$, inputs$)).subscribe(subscriber)).subscribe({
      next(value) {
        output = value;
        scheduleCommit(commit);
      },
      error(thrown) {
        onError();
        report(thrown);
      },
    });

  const reset = (): void => {
    generation = session.generation();
    output = initial;
    commit();
  };

  return {
    store,
    start(current) {
      if (lifetime) return;
      if (generation !== session.generation()) reset();
      let hasFailed = false;
      let running = new Subscription();
      const run = (): void => {
        if (own.closed) return;
        end(running);
        hasFailed = false;
        const pipeline = current();
        if (pipeline) {
          running = subscribe(pipeline, () => {
            hasFailed = true;
          });
          // Stopped by the pipeline itself, for example by an unmount.
          if (own.closed) end(running);
        }
      };
      const own = new Subscription(() => running.unsubscribe());
      lifetime = own;
      // Subscribed before the pipeline: inputs that make the pipeline fail must not start it again.
      own.add(inputs$.subscribe(() => hasFailed && run()));
      own.add(
        session.onReplaced(() => {
          reset();
          run();
        }),
      );
      run();
    },
    reportErrors() {
      const errors = earlyErrors ?? [];
      earlyErrors = undefined;
      for (const thrown of errors) reporter.thrown(label, thrown);
    },
    stop() {
      const ended = lifetime;
      lifetime = undefined;
      end(ended);
    },
  };
}

function checked(result: Observable<unknown> | undefined): Observable<unknown> {
  if (typeof result?.subscribe !== 'function') throw failure('invalid-argument/pipeline', {});
  return result;
}
