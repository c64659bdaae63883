// What do the server and the page say to each other? No React in here: server components read it too.

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
