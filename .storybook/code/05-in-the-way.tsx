// What stands in the way of connecting, in words.

import { useConnection, useWebSocketService } from 'everwire';

export function InTheWay() {
  const error = useConnection((state) => state.error);
  const { reconnect } = useWebSocketService();
  if (!error) return null; // connected, or on the way there

  return (
    <div role="alert">
      <p>{error.message}</p>
      <button type="button" onClick={reconnect}>
        Try again
      </button>
    </div>
  );
}
