// The names of the events in this book, and their payloads. Declared once, as an app would.

export interface Post {
  readonly id: string;
  readonly user: string;
  readonly text: string;
  /** Epoch ms. */
  readonly at: number;
}

/** How much is for sale, or wanted, at a price. */
export interface Level {
  readonly side: 'sell' | 'buy';
  readonly price: number;
  readonly size: number;
}

export interface Trade {
  readonly id: string;
  readonly price: number;
  readonly size: number;
}

/** What a symbol costs now. */
export interface Quote {
  readonly symbol: string;
  readonly price: number;
}

/** The total, not the step. */
export interface Score {
  readonly player: string;
  readonly points: number;
}

declare module 'everwire' {
  interface Register {
    events: {
      posted: Post;
      typing: { readonly user: string };
      presence: { readonly users: readonly string[] };
      tick: { readonly n: number };
      note: { readonly id: string; readonly text: string };
      [price: `price:${string}`]: { readonly price: number };
      price: Quote;
      bid: { readonly price: number };
      ask: { readonly price: number };
      level: Level;
      traded: Trade;
      scored: Score;
      shipped: { readonly order: string; readonly at: Date; readonly parcels: number };
      token: string;
      end: null;
      order_changed: { readonly state: 'packed' | 'on its way' | 'delivered' };
    };
    messages: {
      post: { readonly text: string };
      typing: { readonly user: string };
      say: { readonly text: string };
    };
    requests: {
      get_history: () => { readonly posts: readonly Post[] };
      add: (data: { readonly a: number; readonly b: number }) => number;
    };
  }
}
