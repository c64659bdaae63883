/** Is this what the event should carry? Asks its schema, if it has one, and reports what it has against it. */
import { describeThrown } from '../errors.ts';
import type { PayloadIssue } from '../sentences.ts';
import type { IWebSocketEvent, SchemaResult } from '../types.ts';
import type { ResolvedConfig } from './config.ts';
import type { Gate } from './gate.ts';
import type { Reporter } from './reporter.ts';

/** A schema that asks a server, and gets no answer, must not hold up all events that follow. */
const MAX_VALIDATION_MS = 10_000;

export interface PayloadParts {
  readonly gate: Gate;
  readonly reporter: Reporter;
  readonly hand: (event: IWebSocketEvent) => void;
  /** It is not handed out; its number counts all the same. */
  readonly skip: (event: IWebSocketEvent) => void;
}

/** Hands the event out, with what its schema made of the data. Returns a promise only where the schema does. */
export function handValid(
  event: IWebSocketEvent,
  { schemas }: ResolvedConfig,
  { gate, reporter, hand, skip }: PayloadParts,
): Promise<() => void> | undefined {
  const { event: name, data } = event;
  const schema = schemas && Object.hasOwn(schemas, name) ? schemas[name] : undefined;
  if (!schema) {
    hand(event);
    return undefined;
  }

  const judge = (result: SchemaResult<unknown>): void => {
    if (!result.issues) return hand(result.value === data ? event : { ...event, data: result.value });
    skip(event);
    const issues = result.issues.map((issue) => ({
      message: reporter.clean(String(issue.message)),
      path: Array.from(issue.path ?? [], keyOf),
    }));
    const words = issues.map(wordsOf).join('; ');
    reporter.fail('invalid-payload/schema', { event: name, words, issues });
  };

  const giveUp = (thrown: unknown): void => {
    skip(event);
    const words = reporter.clean(describeThrown(thrown));
    reporter.fail('invalid-payload/no-verdict', { event: name, words });
  };

  /** What is no answer at all throws here. */
  const settle = (result: SchemaResult<unknown>): void => {
    try {
      judge(result);
    } catch (thrown) {
      giveUp(thrown);
    }
  };

  try {
    const result = schema['~standard'].validate(data);
    if (!('then' in result)) {
      settle(result);
      return undefined;
    }
    return new Promise((resolve) => {
      const callOff = gate.deadline(MAX_VALIDATION_MS, () =>
        resolve(() => giveUp(`it did not answer within ${MAX_VALIDATION_MS} ms`)),
      );
      const finish = (task: () => void): void => {
        callOff();
        resolve(task);
      };
      Promise.resolve(result).then(
        (answer) => finish(() => settle(answer)),
        (thrown) => finish(() => giveUp(thrown)),
      );
    });
  } catch (thrown) {
    giveUp(thrown);
    return undefined;
  }
}

/** A step of a path is a key, or an object that has one: the standard allows both. */
function keyOf(step: unknown): string | number {
  const key = typeof step === 'object' && step !== null && 'key' in step ? step.key : step;
  return typeof key === 'number' ? key : String(key);
}

/** With its place in front, where the library has not put it there. */
function wordsOf({ message, path }: PayloadIssue): string {
  const place = path.join('.');
  return message.startsWith(place) ? message : `${place}: ${message}`;
}
