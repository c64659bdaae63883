/** Places in a server's log: which is not after which. */
import { describe, expect, it } from 'vitest';
import { isUpTo } from '../../../src/service/live/position.ts';

describe('isUpTo', () => {
  it.each([
    [1, 2, true],
    [2, 2, true],
    [10, 9, false],
    ['9', '10', true],
    ['10', 9, false],
    // Redis: time and count, longer than a number is exact.
    ['1700000000000-3', '1700000000000-12', true],
    ['1700000000000-12', '1700000000000-3', false],
    ['1700000000001-0', '1700000000000-9', false],
    ['9007199254740993-0', '9007199254740992-0', false],
    ['9007199254740992-0', '9007199254740993-0', true],
    // What a server adds to its positions does not count.
    ['1700000000000-3.2', '1700000000000-3', true],
    ['1700000000000-3', '1700000000000-3.2', true],
    ['1700000000000-4.1', '1700000000000-3', false],
    // Texts that sort.
    ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00Z', true],
    ['2026-02-01T00:00:00Z', '2026-01-31T13:00:00Z', false],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAW', true],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAW', '01ARZ3NDEKTSV4RRFFQ69G5FAV', false],
  ])('%s is up to %s: %s', (position, limit, expected) => {
    expect(isUpTo(position, limit)).toBe(expected);
  });
});
