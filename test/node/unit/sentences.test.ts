/** The message of an error in production, where the sentences are left out. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../../src/errors.ts';

afterEach(() => vi.unstubAllEnvs());

describe('in production', () => {
  it('a message names the problem and its facts; code and details are the same as in development', () => {
    const facts = { option: 'reconnectDelay', wanted: 'ms' } as const;
    const inFull = failure('invalid-config/wrong-value', facts);
    vi.stubEnv('NODE_ENV', 'production');
    const brief = failure('invalid-config/wrong-value', facts);
    expect(inFull.message).toBe(
      'The option "reconnectDelay" must be a number of milliseconds from 0 to 2147483647.',
    );
    expect(brief.message).toBe(
      'Everwire: invalid-config/wrong-value (reconnectDelay,ms). See node_modules/everwire/docs/errors.md',
    );
    expect({ ...brief, message: '' }).toEqual({ ...inFull, message: '' });
    expect(brief.code).toBe('invalid-config');
  });

  it('no error of a server can prevent the message', () => {
    vi.stubEnv('NODE_ENV', 'production');
    const server = { id: 1n, list: [null, undefined], nested: { a: 1 } };
    const { message, details } = failure('request-failed', { event: 'ask', words: 'no', server });
    expect(message).toBe(
      'Everwire: request-failed (ask,no,[object Object]). See node_modules/everwire/docs/errors.md',
    );
    expect(details).toEqual({ event: 'ask', words: 'no', server });
  });
});
