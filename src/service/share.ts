/**
 * The inside of the option `share`: what runs the life of a connection whose link is shared, and where its attempts get
 * their links. Both replace the usual ones one for one, so that everything else of a connection (its sequence, streams, hooks,
 * queue and requests) does not know whether its link is shared. Types alone: a connection that is not shared pays nothing.
 */
import type { transition } from '../connection/lifecycle.ts';
import type { startAttempt } from './attempt/attempt.ts';
import type { ReaderParts } from './attempt/link-reader.ts';

/** In place of the connection's own. */
export interface Shared {
  readonly transition: typeof transition;
  readonly startAttempt: typeof startAttempt;
  /** For the devtools. Undefined: this tab does not take part yet, or any more. */
  readonly report: () => SharingReport | undefined;
}

/** The one that has the socket, as this connection last heard it. */
export interface SharingReport {
  /** Its number grows with each one that takes over; 0: none was heard yet. Its owner is not shown. */
  readonly term: readonly [number: number, owner: string];
  readonly figures?: RelayFigures | undefined;
}

/** What a relay has done since it took over. */
export interface RelayFigures {
  /** When it took over; epoch ms. */
  readonly sinceMs: number;
  /** How many tabs are attached. */
  readonly tabs: number;
  /** How many frames and replies it has passed on. */
  readonly frames: number;
}

/** Asked at each step of the lifecycle. Undefined: the connection is not shared, and uses its own socket. */
export type ShareInside = (parts: ReaderParts) => Shared | undefined;
