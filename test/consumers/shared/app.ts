/** The type that the server and the client of this app share. */
export interface App {
  user: { id: string };
  events: { posted: { from: string; text: string } };
  messages: { say: { text: string } };
  requests: { add: (data: { a: number; b: number }) => number };
}
