/** Did the page, the network or the machine come back? What the environment says about it, in three words. */

/** `wake`: something is back. `doubt`: the network may be gone. `suspend`: the page is put into the back/forward cache. */
export type WakeSignal = 'wake' | 'doubt' | 'suspend';

const ofWindow = ['online', 'offline', 'focus', 'pageshow', 'pagehide'];
const ofDocument = ['visibilitychange', 'resume'];

/**
 * Listens until the function it returns is called. Where there is no page, there is nothing to hear.
 *
 * `online` and `offline` are hints: `navigator.onLine` is wrong both ways behind a VPN, so nothing is closed for them.
 */
export function watchWakeSignals(tell: (signal: WakeSignal) => void): () => void {
  const page = globalThis as unknown as Partial<Window>;
  const { document } = page;
  const onSignal = (event: Event): void => {
    const { type, persisted } = event as PageTransitionEvent;
    if (type === 'visibilitychange' && document?.visibilityState !== 'visible') return;
    if (type === 'offline') tell('doubt');
    else if (type !== 'pagehide') tell('wake');
    // An open socket keeps a page out of the cache, or dies in it.
    else if (persisted) tell('suspend');
  };
  const each = (act: 'addEventListener' | 'removeEventListener'): void => {
    for (const type of ofWindow) page[act]?.(type, onSignal);
    for (const type of ofDocument) document?.[act]?.(type, onSignal);
  };
  each('addEventListener');
  return () => each('removeEventListener');
}
