// The status of the connection, a countdown to the next attempt, and a button to try now.
import { useConnection, useConnectionStatus, useWebSocketService } from 'everwire';
import { useEffect, useState } from 'react';

export function ConnectionPill() {
  const status = useConnectionStatus({ grace: 500 }); // a break of less than half a second is not shown
  const nextRetryAt = useConnection((state) => state.nextRetryAt);
  const { reconnect } = useWebSocketService();
  const seconds = useSecondsUntil(nextRetryAt);
  const isDown = status === 'reconnecting' || status === 'disconnected';
  return (
    <div className="pill" data-status={status} role="status">
      <span className="dot" />
      <span>{status}</span>
      {isDown && seconds > 0 && <span className="countdown">{seconds} s</span>}
      {isDown && (
        <button type="button" onClick={reconnect}>
          Try now
        </button>
      )}
    </div>
  );
}

/** Counts down the whole seconds until `at`; 0 without one. */
function useSecondsUntil(at: number | null): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (at === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [at]);
  return at === null ? 0 : Math.max(0, Math.ceil((at - now) / 1000));
}
