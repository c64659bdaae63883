/** What does an app learn of a refused request? What the server said, with no secret in it. */
import type { ReplyResult } from '../protocols/protocol.ts';
import { oneLine } from './redactor.ts';

/** The words of a reply are a sentence or two. */
const MAX_WORDS_LENGTH = 1_000;

/** A server's error is a few fields. What is nested deeper than this is left out, so that no frame can exhaust the stack. */
const MAX_DEPTH = 5;

/** A server may quote a secret in its own error: `clean` takes it out of any text. */
export function cleanReply(result: ReplyResult, clean: (text: string) => string): ReplyResult {
  const cleanRecord = (record: object, depth: number): Record<string, unknown> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [clean(key), cleanValue(value, depth)]));

  const cleanValue = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) {
      const text = clean(String(value));
      return text === String(value) ? value : text;
    }
    if (depth > MAX_DEPTH) return '[…]';
    return Array.isArray(value)
      ? value.map((item) => cleanValue(item, depth + 1))
      : cleanRecord(value, depth + 1);
  };

  return result.status === 'ok'
    ? result
    : {
        ...result,
        message: oneLine(clean(result.message)).slice(0, MAX_WORDS_LENGTH),
        details: cleanRecord(result.details, 1),
      };
}
