/** When may a connection be let go? When nobody has held it for a macrotask. */
import type { Connection } from '../src/service/connection.ts';

interface Hold {
  holders: number;
  release?: ReturnType<typeof setTimeout>;
}

const holds = /* @__PURE__ */ new WeakMap<Connection, Hold>();

/**
 * Holds the connection; the function that it returns lets go.
 *
 * Letting go waits for a macrotask, because StrictMode, Fast Refresh and a changed key unmount and mount again in one:
 * a connection that is held again by then was never let go.
 */
export function holdConnection(connection: Connection): () => void {
  const hold = holds.get(connection) ?? { holders: 0 };
  holds.set(connection, hold);
  hold.holders += 1;
  clearTimeout(hold.release);

  return () => {
    hold.holders -= 1;
    if (hold.holders > 0) return;
    hold.release = setTimeout(() => connection.take(() => connection.configure(null, 'update')), 0);
  };
}
