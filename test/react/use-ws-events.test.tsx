/** useWsEvents and useWsReducer build lists and state from the stream, and start again with a new key. */

import { type IWebSocketEvent, useWsEvents, useWsReducer, WebSocketServiceError } from 'everwire';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { createProbe, modes, numberOf, setUpStage, Wire } from '../support/stage.tsx';

const stage = setUpStage();

const numbersOf = (events: readonly IWebSocketEvent[]): unknown[] => events.map(numberOf);
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

async function emitAll(numbers: readonly number[], name = 'tick'): Promise<void> {
  for (const n of numbers) stage.server.emit(name, { n });
  await stage.frame();
}

function inWire(children: ReactNode, token = 'token-of-ann'): ReactNode {
  return (
    <Wire to={stage.server} token={token}>
      {children}
    </Wire>
  );
}

describe.each(modes)('useWsEvents ($mode)', ({ Mode }) => {
  it('collects the events since the mount, oldest first', async () => {
    const list = createProbe(() => numbersOf(useWsEvents(['tick', 'tock'])));
    stage.mount(<Mode>{inWire(<list.Probe />)}</Mode>);
    await stage.pass();
    expect(list.last).toEqual([]);
    await emitAll([1, 2]);
    await emitAll([3], 'tock');
    await emitAll([4], 'other');
    expect(list.last).toEqual([1, 2, 3]);
  });
});

describe('useWsEvents', () => {
  it('keeps the last 100 by default', async () => {
    const list = createProbe(() => numbersOf(useWsEvents('tick')));
    stage.mount(inWire(<list.Probe />));
    await stage.pass();
    await emitAll(range(1, 100));
    expect(list.last).toEqual(range(1, 100));
    await emitAll(range(101, 350));
    expect(list.last).toEqual(range(251, 350));
  });

  it.each([1, 2, 3, 7])('keeps the last %i if limit is set, at every moment', async (limit) => {
    const list = createProbe(() => numbersOf(useWsEvents('tick', { limit })));
    stage.mount(inWire(<list.Probe />));
    await stage.pass();
    for (const n of range(1, 30)) {
      await emitAll([n]);
      expect(list.last).toEqual(range(Math.max(1, n - limit + 1), n));
    }
  });

  it('renders once per frame, with a new list only when it changed', async () => {
    let limit = 100;
    const list = createProbe(() => useWsEvents('tick', { limit }));
    const page = stage.mount(inWire(<list.Probe />));
    await stage.pass();
    for (const n of range(1, 10)) {
      stage.server.emit('tick', { n });
      await stage.pass(1);
    }
    await stage.frame();
    expect(list.renders).toBe(2);
    const before = list.last;
    page.rerender(inWire(<list.Probe />));
    expect(list.last).toBe(before);
    expect(numbersOf(before ?? [])).toEqual(range(1, 10));

    limit = 3;
    page.rerender(inWire(<list.Probe />));
    expect(numbersOf(list.last ?? [])).toEqual([8, 9, 10]);
  });

  it('never changes a list that it has returned', async () => {
    const list = createProbe(() => useWsEvents('tick'));
    stage.mount(inWire(<list.Probe />));
    await stage.pass();
    await emitAll([1, 2]);
    const early = list.last;
    await emitAll([3]);
    expect(numbersOf(early ?? [])).toEqual([1, 2]);
  });

  it("starts again with other names, and with another user's session", async () => {
    let name = 'tick';
    const list = createProbe(() => numbersOf(useWsEvents(name)));
    const page = stage.mount(inWire(<list.Probe />));
    await stage.pass();
    await emitAll([1, 2]);
    name = 'tock';
    page.rerender(inWire(<list.Probe />));
    expect(list.last).toEqual([]);
    await emitAll([3], 'tock');
    expect(list.last).toEqual([3]);

    page.rerender(inWire(<list.Probe />, 'token-of-ben'));
    await stage.pass();
    expect(list.last).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('refuses a limit of %d', (limit) => {
    function Page(): ReactNode {
      return useWsEvents('tick', { limit }).length;
    }
    const attempt = (): string => stage.renderToString(inWire(<Page />));
    expect(attempt).toThrow(WebSocketServiceError);
    expect(attempt).toThrow(/limit of useWsEvents/);
  });
});

describe.each(modes)('useWsReducer ($mode)', ({ Mode }) => {
  it('folds every event of a frame and renders once', async () => {
    const sum = createProbe(() =>
      useWsReducer('tick', (total: number, event) => total + (numberOf(event) ?? 0), 0),
    );
    stage.mount(<Mode>{inWire(<sum.Probe />)}</Mode>);
    await stage.pass();
    const { renders } = sum;
    expect(sum.last).toBe(0);
    for (let part = 0; part < 10; part += 1) {
      for (const n of range(part * 100 + 1, part * 100 + 100)) stage.server.emit('tick', { n });
      await stage.pass(0);
    }
    expect(sum.renders).toBe(renders);
    await stage.frame();
    expect(sum.last).toBe(500_500);
    expect(sum.renders).toBe(renders * 2);
  });
});

describe('useWsReducer', () => {
  it('does not render when the state is unchanged', async () => {
    const highest = createProbe(() =>
      useWsReducer('tick', (state: number, event) => Math.max(state, numberOf(event) ?? 0), 0),
    );
    stage.mount(inWire(<highest.Probe />));
    await stage.pass();
    await emitAll([5]);
    await emitAll([3, 4]);
    expect(highest.values).toEqual([0, 5]);
  });

  it('uses the newest reducer, and continues from the current state', async () => {
    let factor = 1;
    const sum = createProbe(() =>
      useWsReducer('tick', (total: number, event) => total + factor * (numberOf(event) ?? 0), 0),
    );
    const page = stage.mount(inWire(<sum.Probe />));
    await stage.pass();
    await emitAll([1, 2]);
    factor = 100;
    page.rerender(inWire(<sum.Probe />));
    await emitAll([3]);
    expect(sum.last).toBe(303);
  });

  it('does not start again for an initial state or a list of names that is created in each render', async () => {
    const seen = createProbe(() =>
      useWsReducer(['tick', 'tock'], (state, event) => ({ all: [...state.all, numberOf(event)] }), {
        all: [] as (number | undefined)[],
      }),
    );
    const page = stage.mount(inWire(<seen.Probe />));
    await stage.pass();
    await emitAll([1]);
    page.rerender(inWire(<seen.Probe />));
    await emitAll([2], 'tock');
    expect(seen.last).toEqual({ all: [1, 2] });
  });

  it('may hold a function, or undefined', async () => {
    const held = createProbe(() =>
      useWsReducer<string, (() => number) | null>('tick', (_, event) => () => numberOf(event) ?? 0, null),
    );
    stage.mount(inWire(<held.Probe />));
    await stage.pass();
    await emitAll([7]);
    expect(held.values[0]).toBeNull();
    expect(held.last?.()).toBe(7);
  });

  it('keeps its state when the reducer throws, and continues with the next event', async () => {
    const codes: string[] = [];
    const sum = createProbe(() =>
      useWsReducer(
        'tick',
        (total: number, event) => {
          if (numberOf(event) === 2) throw new Error('two');
          return total + (numberOf(event) ?? 0);
        },
        0,
      ),
    );
    stage.mount(
      <Wire to={stage.server} onError={({ code }) => codes.push(code)}>
        <sum.Probe />
      </Wire>,
    );
    await stage.pass();
    await emitAll([1, 2, 3]);
    expect(sum.last).toBe(4);
    expect(codes).toEqual(['handler-failed']);
  });

  it("starts again with another user's session", async () => {
    const sum = createProbe(() =>
      useWsReducer('tick', (total: number, event) => total + (numberOf(event) ?? 0), 0),
    );
    const page = stage.mount(inWire(<sum.Probe />));
    await stage.pass();
    await emitAll([1, 2]);
    expect(sum.last).toBe(3);
    page.rerender(inWire(<sum.Probe />, 'token-of-ben'));
    await stage.pass();
    expect(sum.last).toBe(0);
    await emitAll([5]);
    expect(sum.last).toBe(5);
  });

  it('continues through a loss and a resume', async () => {
    const sum = createProbe(() =>
      useWsReducer('tick', (total: number, event) => total + (numberOf(event) ?? 0), 0),
    );
    stage.mount(inWire(<sum.Probe />));
    await stage.pass();
    await emitAll([1]);
    stage.server.drop();
    await emitAll([2, 3]);
    await stage.pass(5_000);
    expect(sum.last).toBe(6);
  });
});
