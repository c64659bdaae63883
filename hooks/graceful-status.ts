/** The status without short interruptions. */

import { shownState } from '../providers/shown-state.ts';
import type { ConnectionStatus, ConnectionStore } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import type { ReadableStore } from '../src/store/latest-events.ts';
import { inAct } from '../src/transport/act.ts';

/** The status to show, except that a lost connection still counts as `connected` for `graceMs`. */
export function createGracefulStatus(
  store: ConnectionStore,
  graceMs: number,
  wanted: Connection | undefined,
): ReadableStore<ConnectionStatus> {
  let grace: ReturnType<typeof setTimeout> | undefined;
  const endGrace = (): void => {
    clearTimeout(grace);
    grace = undefined;
  };
  const shown = (): ConnectionStatus =>
    grace === undefined ? shownState(store.getState(), wanted).status : 'connected';

  return {
    getState: shown,
    getInitialState: () => shownState(store.getInitialState(), wanted).status,
    subscribe(listener) {
      const show = (): void => {
        endGrace();
        listener();
      };
      const stopListening = store.subscribe(({ status }, before) => {
        if (status === before.status) return;
        // `disconnected`, after giving up or on purpose, is published at once.
        const isTrying = status === 'reconnecting' || status === 'connecting';
        if (isTrying && graceMs > 0 && (before.status === 'connected' || grace !== undefined)) {
          grace ??= setTimeout(inAct(show), graceMs);
        } else show();
      });
      return () => {
        stopListening();
        endGrace();
      };
    },
  };
}
