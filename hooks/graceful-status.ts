/** What status to show, when a blip is not worth showing? The store's, a little later. */
import type { ConnectionStatus, ConnectionStore } from '../src/index.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';

/** The status, except that a lost connection still shows as `connected` for `graceMs`. */
export function createGracefulStatus(
  store: ConnectionStore,
  graceMs: number,
): ReadableStore<ConnectionStatus> {
  let held: 'connected' | null = null;
  const actual = (): ConnectionStatus => store.getState().status;

  return {
    getState: () => held ?? actual(),
    getInitialState: () => store.getInitialState().status,
    subscribe(listener) {
      let timer: ReturnType<typeof setTimeout> | null = null;
      const letGo = (): void => {
        if (timer !== null) clearTimeout(timer);
        timer = null;
        held = null;
      };
      const stopListening = store.subscribe((now, before) => {
        if (now.status === before.status) return;
        if (graceMs > 0 && before.status === 'connected' && isBlip(now.status)) {
          held = 'connected';
          timer = setTimeout(() => {
            letGo();
            listener(actual(), 'connected');
          }, graceMs);
          return;
        }
        // Still trying: the clock that is running goes on.
        if (held !== null && isBlip(now.status)) return;
        const shown = held ?? before.status;
        letGo();
        if (shown !== now.status) listener(now.status, shown);
      });
      return () => {
        stopListening();
        letGo();
      };
    },
  };
}

/** A connection that is being brought back; one that was given up, or closed on purpose, is shown at once. */
function isBlip(status: ConnectionStatus): boolean {
  return status === 'reconnecting' || status === 'connecting';
}
