/** Removes known secrets from text. */
import { base64, base64Url } from '../../protocols/base64-url.ts';

export interface Redactor {
  /** Adds a secret: a token, or a session id, with which the session could be resumed. */
  learn(secret: string, kind: 'token' | 'id'): void;
  /** The text with `[redacted]` in place of every known secret. */
  clean(text: string): string;
  /** Whether a thrown value, or anything that it refers to, contains a known secret. */
  isQuotedIn(thrown: unknown): boolean;
}

/** Secrets kept of each kind. Bounded, because tokens are renewed for as long as the app runs. */
const MAX_SECRETS = 10;

/** Shorter secrets are not redacted: it would garble every text. */
const MIN_LENGTH = { token: 4, id: 8 } as const;

export function createRedactor(): Redactor {
  const known: Record<'token' | 'id', readonly string[]> = { token: [], id: [] };
  let spellings: readonly string[] = [];

  const clean = (text: string): string =>
    spellings.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);

  return {
    learn(secret, kind) {
      if (secret.trim().length < MIN_LENGTH[kind] || known[kind][0] === secret) return;
      known[kind] = [...new Set([secret, ...known[kind]])].slice(0, MAX_SECRETS);
      // Longest first: otherwise a secret that begins with a shorter one would leave its rest behind.
      spellings = [...new Set([...known.token, ...known.id].flatMap(spellingsOf))].sort(
        (one, other) => other.length - one.length,
      );
    },
    clean,
    isQuotedIn(thrown) {
      // Breadth-first: a Set iterates entries that are added during the iteration, and each only once.
      const found = new Set([thrown]);
      for (const value of found) {
        if (typeof value === 'string' && clean(value) !== value) return true;
        if (typeof value !== 'object' || value === null) continue;
        try {
          for (const key of Reflect.ownKeys(value)) {
            found.add(key).add(Reflect.get(value, key));
            // Too much to check, so assume the worst.
            if (found.size > MAX_INSPECTED) return true;
          }
          if (value instanceof Map || value instanceof Set) for (const entry of value) found.add(entry);
        } catch {
          return true;
        }
      }
      return false;
    },
  };
}

/** Values inspected of something thrown: the error of a fetch library refers to its request, and that to its socket. */
const MAX_INSPECTED = 4_000;

/** Removes line breaks, control characters and direction marks, so that foreign text can't forge a log line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

/** The secret as it may be written in an address, a header or a JSON string. */
function spellingsOf(secret: string): string[] {
  // A lone surrogate has no percent-encoding. Encoders that do not throw write the replacement character.
  const percent = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
  return [
    secret.trim(),
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    // Where there is no base64, as in React Native before 0.74, we have not written the secret in it either.
    ...(typeof btoa === 'function' && typeof TextEncoder === 'function'
      ? [base64(secret), base64Url(secret)]
      : []),
    JSON.stringify(secret).slice(1, -1),
  ];
}
