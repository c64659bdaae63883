/** The delays follow the formula. Tables over the number of failures. */
import { decorrelatedBackoff, vendorBackoff } from 'everwire/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const defaults = {
  previousDelayMs: null,
  reconnectDelay: 3000,
  reconnectDelayMax: 300_000,
  reconnectJitter: 2000,
  backoffAfter: 7,
};

describe('vendorBackoff, with the defaults', () => {
  it.each([
    [1, 3000],
    [2, 3000],
    [3, 3000],
    [4, 3000],
    [5, 3000],
    [6, 3000],
    [7, 3000],
    [8, 192_000],
    [9, 243_000],
    [10, 300_000],
    [11, 300_000],
    [1000, 300_000],
  ])('after failure %i in a row waits %i ms plus at most 2000 ms of jitter', (failures, expected) => {
    expect(vendorBackoff({ ...defaults, failures, random: () => 0 })).toBe(expected);
    expect(vendorBackoff({ ...defaults, failures, random: () => 0.5 })).toBe(expected + 1000);
    expect(vendorBackoff({ ...defaults, failures, random: () => 0.999999 })).toBeLessThan(expected + 2000);
  });

  it('adds the jitter after the cap, so that it never disappears', () => {
    const waits = [0, 0.25, 0.75].map((drawn) =>
      vendorBackoff({ ...defaults, failures: 50, random: () => drawn }),
    );
    expect(waits).toEqual([300_000, 300_500, 301_500]);
  });
});

describe('decorrelatedBackoff', () => {
  it('draws between the shortest wait and three times the last one', () => {
    expect(decorrelatedBackoff({ ...defaults, failures: 1, random: () => 0 })).toBe(3000);
    expect(decorrelatedBackoff({ ...defaults, failures: 1, random: () => 0.5 })).toBe(6000);
    expect(decorrelatedBackoff({ ...defaults, failures: 2, previousDelayMs: 6000, random: () => 0.5 })).toBe(
      10_500,
    );
  });

  it('never waits for longer than 30 s, nor than reconnectDelayMax', () => {
    const last = { ...defaults, failures: 9, previousDelayMs: 30_000, random: () => 0.99 };
    expect(decorrelatedBackoff(last)).toBe(30_000);
    expect(decorrelatedBackoff({ ...last, reconnectDelayMax: 10_000 })).toBe(10_000);
  });
});

describe('every policy', () => {
  it('answers with a finite number of milliseconds that is not negative', () => {
    const context = fc.record({
      failures: fc.integer({ min: 1, max: 1e6 }),
      previousDelayMs: fc.option(fc.double({ min: 0, max: 2 ** 31, noNaN: true })),
      reconnectDelay: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      reconnectDelayMax: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      reconnectJitter: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
      backoffAfter: fc.integer({ min: 0, max: 100 }),
      drawn: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    });
    fc.assert(
      fc.property(context, ({ drawn, ...rest }) => {
        for (const policy of [vendorBackoff, decorrelatedBackoff]) {
          const waitMs = policy({ ...rest, random: () => drawn });
          expect(Number.isFinite(waitMs) && waitMs >= 0).toBe(true);
        }
      }),
    );
  });
});
