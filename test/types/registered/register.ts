// Which events does this app have? Declared once, as the manual says.

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
  }
}
