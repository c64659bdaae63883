// The events and messages of this app, for the server (server.mjs) and the page. Without React, because server components
// import it too.

export interface Departure {
  readonly id: number;
  readonly time: string;
  readonly place: string;
  readonly platform: number;
}

export interface App {
  user: { id: string };
  events: {
    board: readonly Departure[];
    departure: Departure;
    announced: { id: string; text: string };
  };
  messages: { watch: undefined; announce: { text: string } };
}

declare module 'everwire' {
  interface Register extends App {}
}
