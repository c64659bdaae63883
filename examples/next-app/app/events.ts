// The events and messages of this app. Without React, because server components import it too.

export interface Departure {
  readonly id: number;
  readonly time: string;
  readonly place: string;
  readonly platform: number;
}

declare module 'everwire' {
  interface Register {
    events: {
      board: readonly Departure[];
      departure: Departure;
      announced: { id: string; text: string };
    };
    messages: { announce: { text: string } };
  }
}
