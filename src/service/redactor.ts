/** How do secrets stay out of words? Knows the tokens that were used, and takes them out of any text. */
import { base64Url } from '../protocols/base64-url.ts';
import type { ReplyResult } from '../protocols/protocol.ts';

export interface Redactor {
  /** From now on this is a secret: a token, or the id of a session, which opens its backlog. */
  learn(secret: string, kind: 'token' | 'id'): void;
  clean(text: string): string;
  /** A server may quote a secret in its own error. */
  cleanReply(result: ReplyResult): ReplyResult;
  /** Whether a secret can be read in something that was thrown, or near it. */
  isQuotedIn(thrown: unknown): boolean;
}

/** Enough of each kind for every one that can still be on its way; a bound, because they are replaced for ever. */
const MAX_SECRETS = 10;

/** A shorter one would take every "a" out of every sentence. */
const MIN_LENGTH = { token: 4, id: 8 } as const;

const REDACTED = '[redacted]';

export function createRedactor(): Redactor {
  const known: Record<'token' | 'id', readonly string[]> = { token: [], id: [] };
  let spellings: readonly string[] = [];

  const clean = (text: string): string =>
    spellings.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text);

  return {
    learn(secret, kind) {
      if (secret.length < MIN_LENGTH[kind] || known[kind][0] === secret) return;
      known[kind] = [secret, ...known[kind].filter((other) => other !== secret)].slice(0, MAX_SECRETS);
      // The longest first: a secret that begins like another one would leave the rest of it.
      spellings = [...new Set([...known.token, ...known.id].flatMap(spellingsOf))].sort(
        (one, other) => other.length - one.length,
      );
    },
    clean,
    cleanReply: (result) =>
      result.status === 'ok'
        ? result
        : {
            ...result,
            message: oneLine(clean(result.message)).slice(0, MAX_WORDS_LENGTH),
            details: cleanRecord(result.details, clean, 0),
          },
    isQuotedIn: (thrown) => isQuoted(thrown, (text) => clean(text) !== text),
  };
}

/** The words of a reply are a sentence or two. */
const MAX_WORDS_LENGTH = 1_000;

/** Text from outside, so that it can't break a log line, nor turn one around. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

/** The ways in which others write it down. */
function spellingsOf(secret: string): string[] {
  const percent = percentEncoded(secret);
  const urlBase64 = base64Url(secret);
  const trimmed = secret.trim();
  const all = [
    secret,
    percent,
    percent.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    urlBase64,
    urlBase64.replaceAll('-', '+').replaceAll('_', '/'),
    JSON.stringify(secret).slice(1, -1),
    trimmed,
  ];
  return all.filter(({ length }) => length >= MIN_LENGTH.token);
}

/** Half a surrogate pair has no percent-encoding, and then never goes out in that spelling either. */
function percentEncoded(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** So much of something thrown is looked at: an error of a fetch library brings its request along, and that its socket. */
const MAX_LOOKED_AT = 2_000;

function isQuoted(thrown: unknown, isSecret: (text: string) => boolean): boolean {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [thrown];
  for (let next = waiting.shift(); waiting.length > 0 || next !== undefined; next = waiting.shift()) {
    if (typeof next === 'string' && isSecret(next)) return true;
    if (typeof next !== 'object' || next === null || seen.has(next)) continue;
    seen.add(next);
    try {
      const keys = Reflect.ownKeys(next);
      if (keys.length > MAX_LOOKED_AT) return true;
      for (const key of keys) waiting.push(key, Reflect.get(next, key));
      if (next instanceof Map || next instanceof Set) for (const entry of next) waiting.push(entry);
    } catch {
      return true;
    }
    // More than can be looked at is not shown.
    if (seen.size + waiting.length > MAX_LOOKED_AT) return true;
  }
  return false;
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
