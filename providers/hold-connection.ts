/** When may a connection be let go? When nobody has held it for a macrotask. */
import type { WebSocketService } from '../src/index.ts';
import { internalsOf } from '../src/service/internals.ts';

interface Hold {
  holders: number;
  release: ReturnType<typeof setTimeout> | null;
}

const holds = /* @__PURE__ */ new WeakMap<WebSocketService, Hold>();

/**
 * Holds the connection; the function that it returns lets go.
 *
 * Letting go waits for a macrotask, because StrictMode, Fast Refresh and a changed key unmount and mount again in one:
 * a connection that is held again by then was never let go.
 */
export function holdConnection(service: WebSocketService): () => void {
  const { configure } = internalsOf(service);
  const hold = holds.get(service) ?? { holders: 0, release: null };
  holds.set(service, hold);
  hold.holders += 1;
  if (hold.release !== null) clearTimeout(hold.release);
  hold.release = null;

  return () => {
    hold.holders -= 1;
    if (hold.holders > 0) return;
    hold.release = setTimeout(() => {
      hold.release = null;
      configure(null);
    }, 0);
  };
}
