/** What a live query holds, applies, and skips. */
import { describe, expect, it } from 'vitest';
import { createHeldEvents } from '../../../src/service/live/held-events.ts';

const event = (data: number, position?: string) => ({
  event: 'posted',
  data,
  seq: -1,
  ...(position !== undefined && { position }),
});
const on = { posted: (list: readonly number[], { data }: { data: unknown }) => [...list, Number(data)] };

describe('held events', () => {
  it('are applied once, in order', () => {
    const held = createHeldEvents<readonly number[]>();
    for (const n of [1, 2, 3]) held.add(event(n));
    expect(held.apply([], { on }, undefined)).toEqual({ data: [1, 2, 3] });
    expect(held.apply([0], { on }, undefined)).toEqual({ data: [0] });
  });

  it('from before a fetch began are in its result; without one they still count', () => {
    const held = createHeldEvents<readonly number[]>();
    held.add(event(1));
    held.mark();
    held.add(event(2));
    expect(held.apply([], { on }, undefined).data).toEqual([1, 2]);
    held.add(event(3));
    held.mark();
    held.add(event(4));
    held.dropMarked();
    expect(held.apply([], { on }, undefined).data).toEqual([4]);
  });

  it('up to the position of the data are skipped, and those without one are not', () => {
    const held = createHeldEvents<readonly number[]>();
    held.add(event(1, '5-1'));
    held.add(event(2, '5-2'));
    held.add(event(3));
    held.add(event(4, '5-3'));
    expect(held.apply([], { on }, '5-2').data).toEqual([3, 4]);
  });

  it('behind one whose reducer throws stay', () => {
    const held = createHeldEvents<readonly number[]>();
    const value = new Error('a bug');
    const rules = {
      on: {
        posted: (list: readonly number[], { data }: { data: unknown }) => {
          if (data === 2) throw value;
          return [...list, Number(data)];
        },
      },
    };
    for (const n of [1, 2, 3]) held.add(event(n));
    expect(held.apply([], rules, undefined)).toEqual({ data: [1], thrown: { value, event: 'posted' } });
    expect(held.apply([], rules, undefined)).toEqual({ data: [3] });
  });

  it('of a name without a reducer change nothing', () => {
    const held = createHeldEvents<readonly number[]>();
    held.add({ ...event(1), event: 'other' });
    expect(held.apply([7], { on }, undefined)).toEqual({ data: [7] });
  });
});
