/** What one tab has received, and what it says about it. Types alone: a tab and the page with the tabs share no code. */

import type { ConnectionState } from 'everwire';

export interface Ledger {
  readonly sharing: ConnectionState['sharing'];
  readonly status: ConnectionState['status'];
  /** The newest numbers, oldest first. */
  readonly latest: readonly number[];
  readonly received: number;
  /** Numbers that did not come. */
  readonly lost: number;
  readonly duplicated: number;
}

/** What the page gives to a tab. */
export interface TabWorld {
  readonly url: string;
  readonly WebSocket: typeof globalThis.WebSocket;
  readonly identity: string;
  readonly report: (ledger: Ledger) => void;
}

export type StartTab = (world: TabWorld) => void;

/** The name of the function that a tab's window has, and that gets the app. */
export type TabHook = 'everwireStoryTab';

/** The event of the server, with its number in the story. */
export interface Tick {
  readonly n: number;
}
