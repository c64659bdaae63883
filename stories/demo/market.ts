/** A market on the fake server: an order book that changes all the time, and trades. */
import type { FakeServer } from 'everwire/testing';

export interface Level {
  readonly side: 'sell' | 'buy';
  readonly price: number;
  readonly size: number;
}

export interface Market {
  /** The current book, by price. */
  readonly levels: ReadonlyMap<number, Level>;
  /** Makes this many changes, one event each, all at once. */
  change(times: number): void;
  trade(times: number): void;
}

/** On each side. */
export const LEVELS = 6;
const MIDDLE_CENTS = 10_000;
const STEP_CENTS = 5;
const LARGEST = 900;

export function createMarket(server: FakeServer): Market {
  const levels = new Map<number, Level>();
  let trades = 0;

  const changeOne = (): void => {
    const place = Math.floor(Math.random() * LEVELS * 2);
    const side = place < LEVELS ? 'sell' : 'buy';
    const away = (side === 'sell' ? LEVELS - place : LEVELS - 1 - place) * STEP_CENTS;
    const price = (MIDDLE_CENTS + away) / 100;
    const level: Level = { side, price, size: Math.ceil(Math.random() * LARGEST) };
    levels.set(price, level);
    server.emit('level', level);
  };

  return {
    levels,
    change(times) {
      for (let n = 0; n < times; n += 1) changeOne();
    },
    trade(times) {
      for (let n = 0; n < times; n += 1) {
        trades += 1;
        const price = (MIDDLE_CENTS + Math.round((Math.random() - 0.5) * LEVELS * STEP_CENTS)) / 100;
        server.emit('traded', { id: `T${trades}`, price, size: 1 + Math.floor(Math.random() * 90) });
      }
    },
  };
}
