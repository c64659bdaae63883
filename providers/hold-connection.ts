/** Disconnects a connection when it has had no provider for a macrotask. */
import type { Connection } from '../src/service/connection.ts';

interface Hold {
  holders: number;
  releaseTimer?: ReturnType<typeof setTimeout>;
}

const holds = /* @__PURE__ */ new WeakMap<Connection, Hold>();

/**
 * Holds the connection until the returned function is called.
 *
 * The release is deferred by a macrotask, and cancelled if the connection is held again by then: StrictMode, Fast Refresh
 * and a changed key unmount and mount again within one macrotask.
 */
export function holdConnection(connection: Connection): () => void {
  const hold = holds.get(connection) ?? { holders: 0 };
  holds.set(connection, hold);
  hold.holders += 1;
  clearTimeout(hold.releaseTimer);

  return () => {
    hold.holders -= 1;
    if (hold.holders > 0) return;
    hold.releaseTimer = setTimeout(() => connection.session.update(null), 0);
  };
}
