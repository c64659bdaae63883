/** Sends prices from the fake server: single ones, many at once, or as a feed that goes on. */
import type { FakeServer } from 'everwire/testing';
import { useEffect, useState, useSyncExternalStore } from 'react';

export interface Quote {
  readonly symbol: string;
  readonly price: number;
}

export interface QuoteDesk {
  /** So many prices at once, of the symbols in turn. */
  send(times: number): void;
  /** A bid, an ask, or both. */
  sendSpread(names: readonly ('bid' | 'ask')[]): void;
  readonly read: () => QuoteDeskView;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface QuoteDeskView {
  readonly sent: number;
  /** The last ten, the newest last. */
  readonly last: readonly Quote[];
  readonly bid: number | undefined;
  readonly ask: number | undefined;
}

/** How often the feed sends. */
const FEED_MS = 100;

export function createQuoteDesk(server: FakeServer, symbols: readonly string[]): QuoteDesk {
  const listeners = new Set<() => void>();
  const prices = new Map(symbols.map((symbol, index) => [symbol, 80 + 25 * index]));
  let view: QuoteDeskView = { sent: 0, last: [], bid: undefined, ask: undefined };

  const change = (next: Partial<QuoteDeskView>): void => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };

  return {
    send(times) {
      const quotes = Array.from({ length: times }, (_, index): Quote => {
        const symbol = symbols[(view.sent + index) % symbols.length] ?? '';
        const price = rounded((prices.get(symbol) ?? 100) * (1 + (Math.random() - 0.5) / 50));
        prices.set(symbol, price);
        return { symbol, price };
      });
      for (const quote of quotes) server.emit('price', quote);
      change({ sent: view.sent + times, last: [...view.last, ...quotes].slice(-10) });
    },
    sendSpread(names) {
      const bid = names.includes('bid') ? rounded(99 + Math.random()) : view.bid;
      const ask = names.includes('ask') ? rounded(100.5 + Math.random()) : view.ask;
      if (names.includes('bid')) server.emit('bid', { price: bid });
      if (names.includes('ask')) server.emit('ask', { price: ask });
      change({ bid, ask });
    },
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export type Feed = 'on' | 'off';

/** A desk of the server, and its feed. */
export function useQuoteDesk(server: FakeServer, symbols: readonly string[], feed: Feed): QuoteDesk {
  const [desk] = useState(() => createQuoteDesk(server, symbols));
  useEffect(() => {
    if (feed === 'off') return;
    const timer = setInterval(() => {
      // No client is connected yet: an event would reach no session.
      if (server.connections.length > 0) desk.send(symbols.length);
    }, FEED_MS);
    return () => clearInterval(timer);
  }, [server, desk, symbols, feed]);
  return desk;
}

export function useQuoteDeskView(desk: QuoteDesk): QuoteDeskView {
  return useSyncExternalStore(desk.subscribe, desk.read);
}

function rounded(price: number): number {
  return Math.round(price * 100) / 100;
}
