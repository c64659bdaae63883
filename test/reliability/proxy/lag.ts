/** Measures how late timers are on this machine, so that a busy machine does not look like a slow client. */

export interface LagWatch {
  /** The longest delay of a timer by the event loop since then (`performance.now()`). */
  worstSince(at: number): number;
  stop(): void;
}

const LOOK_EVERY_MS = 10;

/** Shorter delays are not recorded. */
const NOTABLE_MS = 5;

export function watchLag(): LagWatch {
  const lags: { readonly at: number; readonly lagMs: number }[] = [];
  let lookedAt = performance.now();
  const look = (): void => {
    const now = performance.now();
    const lagMs = now - lookedAt - LOOK_EVERY_MS;
    if (lagMs > NOTABLE_MS) lags.push({ at: now, lagMs });
    lookedAt = now;
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    worstSince(at) {
      // The question may come in the very turn that was late.
      look();
      return Math.max(0, ...lags.filter((lag) => lag.at >= at).map(({ lagMs }) => lagMs));
    },
    stop: () => clearInterval(timer),
  };
}
