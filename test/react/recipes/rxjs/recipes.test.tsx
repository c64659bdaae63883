/** Each recipe of docs/rxjs.md does what the page says, against the fake server in virtual time. */

import type { ReactNode } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { createProbe, setUpStage, Wire } from '../../../support/stage.tsx';
import { load } from './load.ts';

// The recipes are the code that the book shows.
const { useCalmQuote } = load<{ useCalmQuote: () => Quote | undefined }>(
  import.meta.glob('../../../../.storybook/code/14-throttle.tsx', { eager: true }),
);
const { useBars } = load<{ useBars: (symbol: string) => readonly Bar[] }>(
  import.meta.glob('../../../../.storybook/code/14-bars.tsx', { eager: true }),
);
const { useAverage } = load<{ useAverage: () => number | undefined }>(
  import.meta.glob('../../../../.storybook/code/14-average.tsx', { eager: true }),
);
const { useScores } = load<{ useScores: () => readonly Score[] }>(
  import.meta.glob('../../../../.storybook/code/14-scores.tsx', { eager: true }),
);
const { useRate } = load<{ useRate: () => string }>(
  import.meta.glob('../../../../.storybook/code/14-rate.tsx', { eager: true }),
);
const { useIsSilent } = load<{ useIsSilent: () => boolean }>(
  import.meta.glob('../../../../.storybook/code/14-silence.tsx', { eager: true }),
);
const { useTyping } = load<{ useTyping: () => readonly string[] }>(
  import.meta.glob('../../../../.storybook/code/14-typing.tsx', { eager: true }),
);
const { useSpread } = load<{ useSpread: () => number | undefined }>(
  import.meta.glob('../../../../.storybook/code/14-spread.tsx', { eager: true }),
);

interface Quote {
  readonly symbol: string;
  readonly price: number;
}

interface Bar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

interface Score {
  readonly player: string;
  readonly points: number;
}

const stage = setUpStage();

/** Mounts it in a provider, and connects. */
async function mountConnected(children: ReactNode) {
  const page = stage.mount(<Wire to={stage.server}>{children}</Wire>);
  await stage.pass();
  return page;
}

function emitPrice(price: number, symbol = 'A'): void {
  stage.server.emit('price', { symbol, price });
}

/** In steps, because React renders in its own tasks. */
async function slowly(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) await stage.pass(50);
}

describe('throttle', () => {
  it('shows the first price at once, then at most one per second, the last one included', async () => {
    const quote = createProbe(useCalmQuote);
    await mountConnected(<quote.Probe />);
    for (let price = 1; price <= 24; price += 1) {
      emitPrice(price);
      await slowly(100);
    }
    // The first one, and the last one of each second.
    expect(quote.values.map((value) => value?.price)).toEqual([undefined, 1, 10, 20]);
    await slowly(1_000);
    expect(quote.last).toEqual({ symbol: 'A', price: 24 });
  });
});

describe('bufferTime', () => {
  it('makes one bar of each second with prices of the symbol', async () => {
    const bars = createProbe(() => useBars('A'));
    await mountConnected(<bars.Probe />);
    for (const price of [3, 1, 2]) emitPrice(price);
    emitPrice(100, 'B');
    await slowly(1_000);
    expect(bars.last).toEqual([{ low: 1, high: 3, count: 3 }]);
    await slowly(3_000);
    emitPrice(7);
    await slowly(1_000);
    expect(bars.last).toEqual([
      { low: 1, high: 3, count: 3 },
      { low: 7, high: 7, count: 1 },
    ]);
  });

  it('begins again with another symbol, which is an input', async () => {
    let symbol = 'A';
    const bars = createProbe(() => useBars(symbol));
    const tree = (): ReactNode => (
      <Wire to={stage.server}>
        <bars.Probe />
      </Wire>
    );
    const page = stage.mount(tree());
    await stage.pass();
    emitPrice(1);
    await slowly(1_000);
    symbol = 'B';
    page.rerender(tree());
    await slowly(50);
    expect(bars.last).toEqual([]);
    emitPrice(1);
    emitPrice(2, 'B');
    await slowly(1_000);
    expect(bars.last).toEqual([{ low: 2, high: 2, count: 1 }]);
  });
});

describe('scan', () => {
  it('shows the average of the last ten prices', async () => {
    const average = createProbe(useAverage);
    await mountConnected(<average.Probe />);
    expect(average.last).toBeUndefined();
    emitPrice(100);
    emitPrice(200);
    await stage.frame();
    expect(average.last).toBe(150);
    for (let n = 1; n <= 10; n += 1) emitPrice(n);
    await stage.frame();
    expect(average.last).toBe(5.5);
  });
});

describe('switchMap to a fetch', () => {
  it('fetches on mount and for each change, aborts the fetch before it, and survives a failed one', async () => {
    let points = 0;
    let isBroken = false;
    const signals: (AbortSignal | null | undefined)[] = [];
    vi.stubGlobal('fetch', (_url: string, init: RequestInit) => {
      signals.push(init.signal);
      const response = isBroken
        ? new Response(null, { status: 503 })
        : Response.json([{ player: 'Ann', points }]);
      return new Promise((resolve) => setTimeout(() => resolve(response), 100));
    });
    const change = (): void => {
      points += 1;
      stage.server.emit('scored', { player: 'Ann', points });
    };
    const scores = createProbe(useScores);
    await mountConnected(<scores.Probe />);
    await slowly(200);
    expect(scores.last).toEqual([{ player: 'Ann', points: 0 }]);

    change();
    await slowly(50);
    change();
    await slowly(50);
    // The answer to the first change would be here by now.
    await slowly(50);
    expect(scores.last).toEqual([{ player: 'Ann', points: 0 }]);
    await slowly(150);
    expect(scores.last).toEqual([{ player: 'Ann', points: 2 }]);
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, true, false]);

    isBroken = true;
    change();
    await slowly(300);
    expect(scores.last).toEqual([{ player: 'Ann', points: 2 }]);
    isBroken = false;
    change();
    await slowly(300);
    expect(scores.last).toEqual([{ player: 'Ann', points: 4 }]);
  });
});

describe('withLatestFrom the status', () => {
  it('counts while connected, and says so without a connection', async () => {
    const rate = createProbe(useRate);
    await mountConnected(<rate.Probe />);
    expect(rate.last).toBe('measuring');
    for (let n = 0; n < 5; n += 1) emitPrice(n);
    await slowly(1_000);
    expect(rate.last).toBe('5 per second');
    await slowly(1_000);
    expect(rate.last).toBe('0 per second');
    stage.server.drop();
    await slowly(1_000);
    expect(rate.last).toBe('no connection');
    await slowly(4_000);
    expect(rate.last).toBe('0 per second');
  });
});

describe('a timeout', () => {
  it('says when no price has arrived for 5 s, counted from the mount and from each price', async () => {
    const isSilent = createProbe(useIsSilent);
    await mountConnected(<isSilent.Probe />);
    await slowly(4_500);
    expect(isSilent.last).toBe(false);
    await slowly(600);
    expect(isSilent.last).toBe(true);
    emitPrice(1);
    await slowly(4_500);
    expect(isSilent.last).toBe(false);
    emitPrice(2);
    await slowly(4_500);
    expect(isSilent.last).toBe(false);
    await slowly(600);
    expect(isSilent.last).toBe(true);
  });

  it('does not render for each price', async () => {
    const isSilent = createProbe(useIsSilent);
    await mountConnected(<isSilent.Probe />);
    await slowly(100);
    const before = isSilent.renders;
    for (let n = 0; n < 20; n += 1) {
      emitPrice(n);
      await slowly(50);
    }
    expect(isSilent.renders).toBe(before);
  });
});

describe('expiring typing indicators', () => {
  it('removes each user 3 s after the last event, and keeps one who goes on', async () => {
    const typing = createProbe(useTyping);
    await mountConnected(<typing.Probe />);
    stage.server.emit('typing', { user: 'Ann' });
    await slowly(2_000);
    stage.server.emit('typing', { user: 'Ben' });
    stage.server.emit('typing', { user: 'Ann' });
    await slowly(2_000);
    expect(typing.last).toEqual(['Ann', 'Ben']);
    stage.server.emit('typing', { user: 'Ann' });
    await slowly(1_100);
    expect(typing.last).toEqual(['Ann']);
    await slowly(2_000);
    expect(typing.last).toEqual([]);
    stage.server.emit('typing', { user: 'Ann' });
    await slowly(50);
    expect(typing.last).toEqual(['Ann']);
  });
});

describe('two names combined', () => {
  it('shows the difference of the newest bid and ask', async () => {
    const spread = createProbe(useSpread);
    await mountConnected(<spread.Probe />);
    stage.server.emit('bid', { price: 10 });
    await stage.frame();
    expect(spread.last).toBeUndefined();
    stage.server.emit('ask', { price: 12 });
    await stage.frame();
    expect(spread.last).toBe(2);
    stage.server.emit('bid', { price: 11.5 });
    await stage.frame();
    expect(spread.last).toBe(0.5);
  });
});
