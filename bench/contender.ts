// What a library has to offer to be measured: one connection, a handler for one name, the newest event of one name.

import type { ComponentType, ReactNode } from 'react';

/** One library in the way that its own documents tell users to use it. */
export interface Contender {
  /** As the tables name it. */
  readonly name: string;
  /** What the server has to speak: plain frames `{event, data, seq}` (a hello first), Mattermost's, or Socket.IO's. */
  readonly dialect: 'plain' | 'mattermost' | 'socket.io';
  /** Owns the connection: opens it once mounted, closes it on unmount. */
  readonly Root: ComponentType<RootProps>;
  /** Calls `handler` with the `data` of every event of that name, in order, without rendering. */
  readonly useHandler: (name: string, handler: (data: Payload) => void) => void;
  /** The `data` of the newest event of that name, for a component that shows it. */
  readonly useLatest: (name: string) => Payload | undefined;
  /** Whether the link is up, for a component that shows it. */
  readonly useIsConnected: () => boolean;
}

export interface RootProps {
  /** Where the server is: `ws://127.0.0.1:1234/…` for all but Socket.IO, which gets `http://…`. */
  readonly url: string;
  readonly children: ReactNode;
}

/** What every measured event carries. `n` counts from 1 within its name, over the whole run. */
export interface Payload {
  readonly n: number;
  /** When the server sent it, epoch ms. */
  readonly at: number;
  /** Something to parse, as a real event has. */
  readonly text: string;
}
