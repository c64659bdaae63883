/** Listens to the browser's signals about the page and the network. */

import type { WakeSignal } from '../types.ts';

const WINDOW_EVENTS = ['online', 'offline', 'focus', 'pageshow', 'pagehide'];
const DOCUMENT_EVENTS = ['visibilitychange', 'resume'];

/**
 * Calls `onSignal` until the returned function is called. Does nothing outside a page.
 *
 * `online` and `offline` are only hints: `navigator.onLine` is wrong both ways behind a VPN, so they close nothing.
 */
export function watchWakeSignals(onSignal: (signal: WakeSignal) => void): () => void {
  const page = globalThis as unknown as Partial<Window>;
  const { document } = page;
  const onEvent = (event: Event): void => {
    const { type, persisted } = event as PageTransitionEvent;
    if (type === 'visibilitychange' && document?.visibilityState !== 'visible') return;
    if (type === 'offline') onSignal('network-suspect');
    else if (type !== 'pagehide') onSignal('wake');
    // An open socket keeps a page out of the cache, or is killed in it.
    else if (persisted) onSignal('suspend');
  };
  const forEachEvent = (method: 'addEventListener' | 'removeEventListener'): void => {
    for (const type of WINDOW_EVENTS) page[method]?.(type, onEvent);
    for (const type of DOCUMENT_EVENTS) document?.[method]?.(type, onEvent);
  };
  forEachEvent('addEventListener');
  return () => forEachEvent('removeEventListener');
}
