/** Removes secrets from the server's answer to a refused request. */
import type { ReplyResult } from '../../protocols/protocol.ts';
import { oneLine } from '../reporting/redactor.ts';

/** A longer message is cut. */
const MAX_MESSAGE_LENGTH = 1_000;

/** Deeper values are left out, so that no frame can exhaust the stack. */
const MAX_DEPTH = 5;

/** Returns the reply as the app may see it: a server may quote a secret in its error. `clean` removes secrets from text. */
export function cleanReply(result: ReplyResult, clean: (text: string) => string): ReplyResult {
  /** Text with a secret loses its line breaks and invisible characters too: a secret may continue behind one. */
  const cleanText = (text: string): string => {
    const line = oneLine(text);
    const cleaned = clean(line);
    return cleaned === line ? text : cleaned;
  };

  const cleanRecord = (record: object, depth: number): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(record).map(([key, value]) => [cleanText(key), cleanValue(value, depth)]),
    );

  const cleanValue = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) {
      const text = cleanText(String(value));
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
        // Cleaned when it is one line, and cut after that: otherwise a secret, or a part of one, would stay.
        message: clean(oneLine(result.message)).slice(0, MAX_MESSAGE_LENGTH),
        details: cleanRecord(result.details, 1),
      };
}
