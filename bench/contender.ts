/** The interface of a measured library: one connection, a handler for one name, the newest event of one name. */

import type { ComponentType, ReactNode } from 'react';

/** One library, used as its own documents recommend. */
export interface Contender {
  /** The name in the tables. */
  readonly name: string;
  /**
   * What the server has to speak: plain frames `{event, data, seq}` (after a hello), the same with the name as the channel of
   * an event `posted`, Mattermost's, or Socket.IO's.
   */
  readonly dialect: 'plain' | 'channels' | 'mattermost' | 'socket.io';
  /** Owns the connection: opens it on mount, closes it on unmount. */
  readonly Root: ComponentType<RootProps>;
  /** Calls `handler` with the `data` of every event of that name, in order, without rendering. */
  readonly useHandler: (name: string, handler: (data: Payload) => void) => void;
  /** The `data` of the newest event of that name, for a component that shows it. */
  readonly useLatest: (name: string) => Payload | undefined;
  /** Whether the link is up, for a component that shows it. */
  readonly useIsConnected: () => boolean;
}

export interface RootProps {
  /** The server's address: `ws://127.0.0.1:1234/…` for all but Socket.IO, which gets `http://…`. */
  readonly url: string;
  readonly children: ReactNode;
}

/** The data of every measured event. `n` counts from 1 within its name, over the whole run. */
export interface Payload {
  readonly n: number;
  /** When the server sent it, epoch ms. */
  readonly at: number;
  /** Makes the frame as long as a real event's. */
  readonly text: string;
}
