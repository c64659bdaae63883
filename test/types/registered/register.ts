/** Registers events, messages, requests and streams, as the manual says. */

export interface Post {
  readonly id: string;
  readonly message: string;
}

export interface Typing {
  readonly user: string;
}

declare module 'everwire' {
  interface Register {
    events: { posted: Post; typing: Typing };
    messages: { user_typing: { channel: string }; leave: undefined };
    requests: {
      history: (data: { channel: string; limit?: number }) => readonly Post[];
      whoami: () => Promise<{ name: string }>;
    };
    streams: { ask: (data: { text: string }) => string };
  }
}
