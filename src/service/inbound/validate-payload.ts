/** Validates an event's data with its schema, and publishes the event or reports what is wrong with it. */
import { describeThrown } from '../../errors.ts';
import type { PayloadIssue } from '../../problems.ts';
import type { IWebSocketEvent, SchemaResult, StandardSchemaV1 } from '../../types.ts';
import type { Reporter } from '../reporting/reporter.ts';
import type { DeliveryBarrier } from './delivery-barrier.ts';

/** An async schema that never settles must not hold up all later events. */
const MAX_VALIDATION_MS = 10_000;

export interface PayloadParts {
  readonly barrier: DeliveryBarrier;
  readonly reporter: Reporter;
  /** `seq`: the event's number in the session. */
  readonly publish: (event: IWebSocketEvent, seq: number) => void;
  /** Counts the number of an event that is not published. */
  readonly skip: (seq: number) => void;
}

/** Publishes the event with the data that the schema returns. Returns a promise only if the schema does. */
export function validateAndPublish(
  event: IWebSocketEvent,
  seq: number,
  schema: StandardSchemaV1,
  { barrier, reporter, publish, skip }: PayloadParts,
): Promise<() => void> | undefined {
  const { event: name, data } = event;

  const applyResult = (result: SchemaResult<unknown>): void => {
    if (!result.issues) return publish(result.value === data ? event : { ...event, data: result.value }, seq);
    skip(seq);
    const issues = result.issues.map((issue) => ({
      message: reporter.clean(String(issue.message)),
      path: Array.from(issue.path ?? [], keyOf),
    }));
    const words = issues.map(wordsOf).join('; ');
    reporter.fail('invalid-payload/schema', { event: name, words, issues });
  };

  const fail = (thrown: unknown): void => {
    skip(seq);
    const words = reporter.clean(describeThrown(thrown));
    reporter.fail('invalid-payload/no-verdict', { event: name, words });
  };

  /** A result that is no object throws here. */
  const settle = (result: SchemaResult<unknown>): void => {
    try {
      applyResult(result);
    } catch (thrown) {
      fail(thrown);
    }
  };

  try {
    const result = schema['~standard'].validate(data);
    if (!('then' in result)) {
      settle(result);
      return undefined;
    }
    return new Promise((resolve) => {
      const cancelDeadline = barrier.deadline(MAX_VALIDATION_MS, () =>
        resolve(() => fail(`it did not finish within ${MAX_VALIDATION_MS} ms`)),
      );
      const finish = (task: () => void): void => {
        cancelDeadline();
        resolve(task);
      };
      Promise.resolve(result).then(
        (answer) => finish(() => settle(answer)),
        (thrown) => finish(() => fail(thrown)),
      );
    });
  } catch (thrown) {
    fail(thrown);
    return undefined;
  }
}

/** A path segment is a key, or an object with a `key`: Standard Schema allows both. */
function keyOf(step: unknown): string | number {
  const key = typeof step === 'object' && step !== null && 'key' in step ? step.key : step;
  return typeof key === 'number' ? key : String(key);
}

/** The message with its path in front, unless the schema library has put it there already. */
function wordsOf({ message, path }: PayloadIssue): string {
  const place = path.join('.');
  return message.startsWith(place) ? message : `${place}: ${message}`;
}
