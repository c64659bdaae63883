/** How do secrets stay out of words? Knows the tokens that were used, and takes them out of any text. */
import { base64, base64Url } from '../protocols/base64-url.ts';

export interface Redactor {
  /** From now on this is a secret: a token, or the id of a session, which opens its backlog. */
  learn(secret: string, kind: 'token' | 'id'): void;
  clean(text: string): string;
  /** Whether a secret can be read in something that was thrown, or near it. */
  isQuotedIn(thrown: unknown): boolean;
}

/** Enough of each kind for every one that can still be on its way; a bound, because they are replaced for ever. */
const MAX_SECRETS = 10;

/** A shorter one would take every "a" out of every sentence. */
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
      // The longest first: a secret that begins like another one would leave the rest of it.
      spellings = [...new Set([...known.token, ...known.id].flatMap(spellingsOf))].sort(
        (one, other) => other.length - one.length,
      );
    },
    clean,
    isQuotedIn(thrown) {
      // A set goes on to what is added while it is walked through, and takes nothing twice.
      const found = new Set([thrown]);
      for (const value of found) {
        if (typeof value === 'string' && clean(value) !== value) return true;
        if (typeof value !== 'object' || value === null) continue;
        try {
          for (const key of Reflect.ownKeys(value)) {
            found.add(key).add(Reflect.get(value, key));
            // More than can be looked at is not shown.
            if (found.size > MAX_LOOKED_AT) return true;
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

/** So much of something thrown is looked at: an error of a fetch library brings its request along, and that its socket. */
const MAX_LOOKED_AT = 4_000;

/** Text from outside, so that it can't break a log line, nor turn one around. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '');
}

/** The ways in which others write it down. */
function spellingsOf(secret: string): string[] {
  // Half a surrogate pair has no percent-encoding: whoever does not throw writes this sign for it.
  const percent = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\ufffd'));
  return [
    secret.trim(),
    percent,
    percent.replace(/%../g, (code) => code.toLowerCase()),
    percent.replaceAll('%20', '+'),
    base64(secret),
    base64Url(secret),
    JSON.stringify(secret).slice(1, -1),
  ];
}
