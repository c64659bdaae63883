/** Did the page, the network or the machine come back? What the environment says about it, in three words. */

/** `wake`: something is back. `doubt`: the network may be gone. `suspend`: the page is put into the back/forward cache. */
export type WakeSignal = 'wake' | 'doubt' | 'suspend';

interface Listenable {
  addEventListener(type: string, listener: (event: Event) => void): void;
  removeEventListener(type: string, listener: (event: Event) => void): void;
}

/**
 * Listens until the function it returns is called. Where there is no page, there is nothing to hear.
 *
 * `online` and `offline` are hints: `navigator.onLine` is wrong both ways behind a VPN, so nothing is closed for them.
 */
export function watchWakeSignals(tell: (signal: WakeSignal) => void): () => void {
  const onSignal = (event: Event): void => {
    const signal = meaningOf(event);
    if (signal !== null) tell(signal);
  };
  const page = globalThis as { readonly document?: Listenable } & Partial<Listenable>;
  const { document } = page;
  const targets: readonly (readonly [Partial<Listenable> | undefined, readonly string[]])[] = [
    [page, ['online', 'offline', 'focus', 'pageshow', 'pagehide']],
    [document, ['visibilitychange', 'resume']],
  ];
  for (const [target, types] of targets) {
    for (const type of types) target?.addEventListener?.(type, onSignal);
  }
  return () => {
    for (const [target, types] of targets) {
      for (const type of types) target?.removeEventListener?.(type, onSignal);
    }
  };
}

function meaningOf(event: Event): WakeSignal | null {
  switch (event.type) {
    case 'online':
    case 'focus':
    case 'pageshow':
    case 'resume':
      return 'wake';
    case 'visibilitychange':
      return (globalThis as { readonly document?: Document }).document?.visibilityState === 'visible'
        ? 'wake'
        : null;
    case 'offline':
      return 'doubt';
    // An open socket keeps a page out of the cache, or dies in it.
    case 'pagehide':
      return (event as PageTransitionEvent).persisted ? 'suspend' : null;
    default:
      return null;
  }
}
