/** The interface of the peers' apps: the same small app with each peer, as its documents recommend. */

import type { ReactNode } from 'react';

/**
 * How soon it retries: `short` is the peer's own policy with shorter waits, `fast` 50 ms each time, `slow` a second,
 * `long` 20 s.
 */
export type Waits = 'short' | 'fast' | 'slow' | 'long';

/** How soon a dead link is suspected: with the peer's default, or within a second. Off where the peer has it off. */
export type Pings = 'usual' | 'short';

export interface PeerRootProps {
  /** `ws:`, or `http:` for Socket.IO. */
  readonly url: string;
  readonly waits: Waits;
  readonly pings: Pings;
  /** Called for a token when the peer asks; null if the server wants none. The app has one until it is refused. */
  readonly askToken: (() => string) | null;
  /** Called if the peer informs its app that the token was refused. */
  readonly onRefused: () => void;
  /** Called with what the peer reports about events that may have been missed. */
  readonly onReport: (what: string) => void;
  /** Called with what the peer itself reports as an error. */
  readonly onProblem: (what: string) => void;
  readonly children: ReactNode;
}

export interface PeerApp {
  readonly Root: (props: PeerRootProps) => ReactNode;
  /** Calls the handler for each event of this name. */
  readonly useHandler: (name: string, handler: (data: unknown) => void) => void;
  /** The data of the newest event of this name, to show. */
  readonly useLatest: (name: string) => unknown;
  /** Sends, and returns the peer's result. */
  readonly useSend: () => (name: string, data: unknown) => unknown;
  /** Sends and waits for the reply; null if the peer has no requests. */
  readonly useRequest: () => ((name: string, data: unknown) => Promise<unknown>) | null;
}
