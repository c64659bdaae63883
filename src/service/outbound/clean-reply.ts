/** Removes secrets from the server's answer to a refused request. */
import type { ReplyResult } from '../../protocols/protocol.ts';
import { oneLine } from '../reporting/redactor.ts';

/** A longer message is cut. */
const MAX_MESSAGE_LENGTH = 1_000;

/** Deeper values are left out, so that no frame can exhaust the stack. */
const MAX_DEPTH = 5;

/** Returns the reply as the app may see it: a server may quote a secret in its error. `clean` removes secrets from text. */
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
        // Cleaned last but one: without its invisible characters, the text may have a secret again. Cut last, or a part of it stays.
        message: clean(oneLine(result.message)).slice(0, MAX_MESSAGE_LENGTH),
        details: cleanRecord(result.details, 1),
      };
}
