/** Counts down to the next attempt. */

import { useConnection } from 'everwire';
import { useEffect, useState } from 'react';

const TICK_MS = 100;

/** The remaining seconds; a dash while there is no wait. */
export function Countdown() {
  const nextRetryAt = useConnection((state) => state.nextRetryAt);
  if (nextRetryAt === null) return <span>–</span>;
  // The key makes a new wait start with a new clock, not with the end of the last one.
  return <SecondsUntil key={nextRetryAt} at={nextRetryAt} />;
}

function SecondsUntil({ at }: { readonly at: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <span className="number">{(Math.max(0, at - now) / 1_000).toFixed(1)} s</span>;
}
