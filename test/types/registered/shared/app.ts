/** What goes over the socket. The server and the client import it, and nothing else of each other. */
export interface App {
  /** What `authenticate` returns. Clients never see it. */
  user: { id: string; name: string };
  /** What the server publishes: name to data. */
  events: {
    posted: { id: string; from: string; text: string };
    typing: { from: string };
    cleared: undefined;
  };
  /** What clients send: name to data. */
  messages: { say: { text: string }; typing: undefined };
  /** What clients request: data to reply. */
  requests: { add: (data: { a: number; b: number }) => number };
}
