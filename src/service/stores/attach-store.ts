/** How a store is attached to a connection. It is all that an app without such a store loads. */
import { failure } from '../../errors.ts';
import type { EventStore } from '../../store-types.ts';
import type { Connection } from '../connection.ts';

/** Returns the function that does it, and returns one that detaches. Throws for a store that gets no events. */
export function attachmentOf(store: EventStore): (connection: Connection) => () => void {
  const attach = store?.['everwire/events'];
  if (!attach) throw failure('invalid-argument/store', {});
  return attach as (connection: Connection) => () => void;
}
