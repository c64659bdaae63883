/** The default verdict for each close code. */
import { defaultClosePolicy } from 'everwire/core';
import { describe, expect, it } from 'vitest';

function close(code: number, previousCode: number | null = null) {
  const failures = previousCode === null ? 0 : 1;
  return { code, reason: '', wasClean: true, opened: true, failures, previousCode };
}

describe('defaultClosePolicy', () => {
  it.each([1000, 1005, 1006, 1011, 1014, 1015, 3000, 4000, 4001, 4002, 4400, 4999])('retries %i', (code) => {
    expect(defaultClosePolicy(close(code))).toBe('retry');
    expect(defaultClosePolicy(close(code, 5))).toBe('retry');
  });

  it.each([1001, 1012, 1013])('classifies %i as a restart of the server', (code) => {
    expect(defaultClosePolicy(close(code))).toBe('restart');
  });

  it.each([1008, 4401, 4403])('asks for a new token after %i', (code) => {
    expect(defaultClosePolicy(close(code))).toBe('auth');
  });

  it.each([1002, 1003, 1007, 1009, 1010])('retries %i once, then classifies it as fatal', (code) => {
    expect(defaultClosePolicy(close(code))).toBe('retry');
    expect(defaultClosePolicy(close(code, 1006))).toBe('retry');
    expect(defaultClosePolicy(close(code, 1002))).toBe('fatal');
  });
});
