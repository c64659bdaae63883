/** How do secrets stay out of words? Knows the tokens that were used, and takes them out of any text. */
import { base64Url } from '../protocols/base64-url.ts';
import type { ReplyResult } from '../protocols/protocol.ts';

export interface Redactor {
  /** From now on this is a secret. */
  learn(token: string): void;
  clean(text: string): string;
  /** A server may quote the token in its own error. */
  cleanReply(result: ReplyResult): ReplyResult;
}

/** Enough for every token that can still be on its way; a bound, because tokens are replaced for ever. */
const MAX_SECRETS = 10;

/** A shorter one would take every "a" out of every sentence. */
const MIN_SECRET_LENGTH = 4;

const REDACTED = '[redacted]';

export function createRedactor(): Redactor {
  let secrets: readonly string[] = [];

  const clean = (text: string): string =>
    secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);

  return {
    learn(token) {
      if (token.length < MIN_SECRET_LENGTH || secrets.includes(token)) return;
      secrets = [token, percentEncoded(token), base64Url(token), ...secrets].slice(0, MAX_SECRETS * 3);
    },
    clean,
    cleanReply: (result) =>
      result.status === 'ok'
        ? result
        : {
            status: 'failed',
            message: clean(result.message),
            details: cleanRecord(result.details, clean, 0),
          },
  };
}

/** Half a surrogate pair has no percent-encoding, and then never goes out in that spelling either. */
function percentEncoded(token: string): string {
  try {
    return encodeURIComponent(token);
  } catch {
    return token;
  }
}

/** A server's error is a few fields. What is nested deeper than this is left out, so that no frame can exhaust the stack. */
const MAX_DEPTH = 5;

function cleanRecord(
  record: Readonly<Record<string, unknown>>,
  clean: (text: string) => string,
  depth: number,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [clean(key), cleanValue(value, clean, depth + 1)]),
  );
}

function cleanValue(value: unknown, clean: (text: string) => string, depth: number): unknown {
  if (typeof value === 'string') return clean(value);
  if (typeof value === 'number') return clean(String(value)) === String(value) ? value : REDACTED;
  if (typeof value !== 'object' || value === null) return value;
  if (depth > MAX_DEPTH) return '[…]';
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, clean, depth + 1));
  return cleanRecord(value as Record<string, unknown>, clean, depth);
}
