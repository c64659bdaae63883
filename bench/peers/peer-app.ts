// What does an app do with a socket? The same small app with each peer, in its own best words.

import type { ReactNode } from 'react';

/** How soon it tries again: `short` is the peer's own policy with shorter waits, `fast` 50 ms each time, `slow` a second, `long` 20 s. */
export type Waits = 'short' | 'fast' | 'slow' | 'long';

/** How soon a dead link is suspected: as the peer has it by default, or within a second. Off where the peer has it off. */
export type Pings = 'usual' | 'short';

export interface PeerRootProps {
  /** `ws:`, or `http:` for Socket.IO. */
  readonly url: string;
  readonly waits: Waits;
  readonly pings: Pings;
  /** Asked for a token as the peer asks; null where the server wants none. The app has one at hand, until it is refused. */
  readonly askToken: (() => string) | null;
  /** Called where the peer lets its app know that the token was refused. */
  readonly onRefused: () => void;
  /** Called with whatever the peer says of events that may have been missed. */
  readonly onTold: (what: string) => void;
  /** Called with what the peer itself reports as an error. */
  readonly onProblem: (what: string) => void;
  readonly children: ReactNode;
}

export interface PeerApp {
  readonly Root: (props: PeerRootProps) => ReactNode;
  /** Calls the handler for each event of this name. */
  readonly useHandler: (name: string, handler: (data: unknown) => void) => void;
  /** The data of the newest event of this name, to be shown. */
  readonly useLatest: (name: string) => unknown;
  /** Sends, and says what the peer says of it. */
  readonly useSend: () => (name: string, data: unknown) => unknown;
  /** Sends and waits for the reply; null where the peer has no such thing. */
  readonly useRequest: () => ((name: string, data: unknown) => Promise<unknown>) | null;
}
