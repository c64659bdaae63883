/** Sends prices from the fake server at any rate, with a few symbols busier than the rest. */
import type { FakeServer } from 'everwire/testing';

export interface Price {
  readonly price: number;
  readonly direction: 'up' | 'down';
}

export interface PriceFeed {
  setRate(messagesPerSecond: number): void;
  stop(): void;
}

const SYMBOL_COUNT = 200;
/** About one frame. */
const STEP_MS = 16;
/** After a hidden page is shown again, the events of that time are not sent all at once. */
const LONGEST_CATCH_UP_MS = 100;

export const symbols: readonly string[] = Array.from({ length: SYMBOL_COUNT }, (_, index) => symbolOf(index));

export function priceEvent(symbol: string): string {
  return `price:${symbol}`;
}

export const priceEvents: readonly string[] = symbols.map(priceEvent);

/** Starts with rate 0: `setRate` starts it. */
export function startPriceFeed(server: FakeServer): PriceFeed {
  const prices = symbols.map((_, index) => 20 + ((index * 37) % 180));
  let rate = 0;
  let owed = 0;
  let lastAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | null = null;

  const step = (): void => {
    const now = performance.now();
    owed += (rate * Math.min(now - lastAt, LONGEST_CATCH_UP_MS)) / 1_000;
    lastAt = now;
    for (; owed >= 1; owed -= 1) sendOne();
    timer = setTimeout(step, STEP_MS);
  };

  const sendOne = (): void => {
    // The cube favours the first symbols: in real feeds a few symbols are busier than the rest.
    const index = Math.floor(SYMBOL_COUNT * Math.random() ** 3);
    const before = prices[index] ?? 100;
    const after = Math.max(1, before * (1 + (Math.random() - 0.5) / 100));
    prices[index] = after;
    const price: Price = { price: after, direction: after < before ? 'down' : 'up' };
    server.emit(priceEvent(symbolOf(index)), price);
  };

  const stop = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };

  return {
    setRate(messagesPerSecond) {
      rate = messagesPerSecond;
      if (rate === 0) {
        owed = 0;
        stop();
      } else if (timer === null) {
        lastAt = performance.now();
        step();
      }
    },
    stop,
  };
}

/** AAA, ABD, ACG, …: invented, and each one different. */
function symbolOf(index: number): string {
  const letter = (n: number): string => String.fromCharCode(65 + (n % 26));
  return letter(Math.floor(index / 26)) + letter(index) + letter(index * 7 + 3);
}
