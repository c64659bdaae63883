/** Sends a few kinds of events from the fake server, at any rate, for the panel to show. */
import type { FakeServer } from 'everwire/testing';

export interface Feed {
  /** Events a second; 0 stops it. */
  setRate(eventsPerSecond: number): void;
  stop(): void;
}

/** About one frame. */
const STEP_MS = 16;
/** After a hidden page is shown again, the events of that time are not sent all at once. */
const LONGEST_CATCH_UP_MS = 100;

const people = ['ada', 'grace', 'linus', 'margaret', 'tim'] as const;
const sentences = [
  'Hello!',
  'Has anybody seen the build?',
  'It is green again.',
  'Lunch?',
  'Thank you.',
] as const;
const symbols = ['AAA', 'ABD', 'ACG', 'ADJ', 'AEM'] as const;

/** Starts with rate 0. */
export function startFeed(server: FakeServer): Feed {
  let rate = 0;
  let owed = 0;
  let count = 0;
  let lastAt = performance.now();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const step = (): void => {
    const now = performance.now();
    owed += (rate * Math.min(now - lastAt, LONGEST_CATCH_UP_MS)) / 1_000;
    lastAt = now;
    for (; owed >= 1; owed -= 1) {
      count += 1;
      emitOne(server, count);
    }
    timer = setTimeout(step, STEP_MS);
  };
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    setRate(eventsPerSecond) {
      rate = eventsPerSecond;
      owed = 0;
      stop();
      lastAt = performance.now();
      if (rate > 0) step();
    },
    stop,
  };
}

function emitOne(server: FakeServer, count: number): void {
  const user = pick(people, count);
  if (count % 7 === 0)
    server.emit('posted', {
      id: `post-${count}`,
      user,
      message: pick(sentences, count),
      channel_id: 'town-square',
    });
  else if (count % 3 === 0) server.emit('typing', { user, channel_id: 'town-square' });
  else if (count % 11 === 0) server.emit('presence', { user, status: count % 2 === 0 ? 'online' : 'away' });
  else server.emit('price_changed', { symbol: pick(symbols, count), price: 100 + (count % 50) / 10 });
}

function pick<Item>(from: readonly [Item, ...Item[]], count: number): Item {
  return from[count % from.length] ?? from[0];
}
