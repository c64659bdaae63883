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
}

/** Asked at each step of the lifecycle. Undefined: the connection is not shared, and uses its own socket. */
export type ShareInside = (parts: ReaderParts) => Shared | undefined;
