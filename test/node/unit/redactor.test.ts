/** The redactor finds secrets in every form, and leaves other text alone. */
import { describe, expect, it } from 'vitest';
import { cleanReply } from '../../../src/service/outbound/clean-reply.ts';
import { createRedactor, type Redactor } from '../../../src/service/reporting/redactor.ts';

const SECRET = 'canary-4711';

function knowing(...secrets: readonly string[]): Redactor {
  const redactor = createRedactor();
  for (const secret of secrets) redactor.learn(secret, 'token');
  return redactor;
}

describe('clean', () => {
  it.each([
    ['abc', 'an abc, or two: abcabc', 'an abc, or two: abcabc'],
    ['  a  ', 'a  a  a', 'a  a  a'],
    ['abcd', 'an abcd, or two: abcdabcd', 'an [redacted], or two: [redacted][redacted]'],
    ['a\ud800bcd', 'a\ud800bcd a%EF%BF%BDbcd', '[redacted] [redacted]'],
  ])('with %j known, %j becomes %j', (secret, text, cleaned) => {
    expect(knowing(secret).clean(text)).toBe(cleaned);
  });

  it('knows the last ten of each kind, even if they are used again', () => {
    const redactor = knowing(...Array.from({ length: 11 }, (_, n) => `token-${n}-`));
    for (let n = 0; n < 100; n += 1) redactor.learn(`token-${(n % 2) + 9}-`, 'token');
    for (let n = 0; n < 100; n += 1) redactor.learn(`session-${n}-`, 'id');
    expect(redactor.clean('token-0- token-1- session-89- session-90-')).toBe(
      'token-0- [redacted] session-89- [redacted]',
    );
  });
});

describe('isQuotedIn', () => {
  const circle: Record<string, unknown> = { name: 'circle' };
  circle['itself'] = circle;

  it.each<readonly [string, unknown]>([
    ['the text itself', `no ${SECRET}`],
    ['a message', new Error(SECRET)],
    ['a cause', new Error('no', { cause: [new Error(SECRET)] })],
    ['a key', { [SECRET]: 1 }],
    ['a field of a symbol', { [Symbol('config')]: { token: SECRET } }],
    ['a Map', new Map([['token', SECRET]])],
    ['a key of a Map', new Map([[SECRET, 1]])],
    ['a Set', new Set([1, SECRET])],
    ['a circular object', { circle, next: { circle, token: SECRET } }],
  ])('finds it in %s', (_, thrown) => {
    expect(knowing(SECRET).isQuotedIn(thrown)).toBe(true);
  });

  it.each<readonly [string, unknown]>([
    [
      'cannot be read',
      {
        get token(): string {
          throw new Error();
        },
      },
    ],
    ['is too large to search', { list: Array.from({ length: 100_000 }, (_, n) => `${n}`) }],
  ])('returns true for a value that %s', (_, thrown) => {
    expect(knowing(SECRET).isQuotedIn(thrown)).toBe(true);
  });

  it.each([undefined, null, 1, 'no', Symbol(), new Error('no'), circle, [new Map(), new Set([null])]])(
    'finds none in %o',
    (thrown) => {
      expect(knowing(SECRET).isQuotedIn(thrown)).toBe(false);
    },
  );
});

describe('cleanReply', () => {
  const { clean } = knowing(SECRET, '471147114711');

  it('does not change a successful reply: it is the data of the app', () => {
    const result = { status: 'ok', data: SECRET } as const;
    expect(cleanReply(result, clean)).toBe(result);
  });

  it('removes the secret from every text, key and number of a failure', () => {
    const details = {
      [`no ${SECRET}`]: [SECRET, { at: 471147114711, of: 4711 }],
      nothing: null,
      whether: true,
      deep: [{ deep: { deep: [{ deep: 1, deeper: [SECRET] }] } }],
    };
    expect(cleanReply({ status: 'failed', message: `a\r\n${SECRET}`, details }, clean)).toEqual({
      status: 'failed',
      message: 'a[redacted]',
      details: {
        'no [redacted]': ['[redacted]', { at: '[redacted]', of: 4711 }],
        nothing: null,
        whether: true,
        deep: [{ deep: { deep: [{ deep: 1, deeper: '[…]' }] } }],
      },
    });
  });
});
