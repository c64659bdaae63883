// A banner that says why, and until when.

import { useConnection, useConnectionStatus, useWebSocketService } from 'everwire';

export function Banner() {
  const status = useConnectionStatus({ grace: 1_000 }); // a blip of less than a second is not shown
  const { reason, nextRetryAt } = useConnection(({ reason, nextRetryAt }) => ({ reason, nextRetryAt }));
  const { reconnect } = useWebSocketService();

  switch (status) {
    case 'connected':
      return null;
    case 'connecting':
      return <p role="status">Connecting …</p>;
    case 'reconnecting':
      return (
        <p role="status">
          {nextRetryAt ? `Trying again at ${new Date(nextRetryAt).toLocaleTimeString()}` : 'Trying …'}
          <button type="button" onClick={reconnect}>
            Try now
          </button>
        </p>
      );
    case 'disconnected':
      return (
        <p role="status">
          Not connected: {reason}
          <button type="button" onClick={reconnect}>
            Connect
          </button>
        </p>
      );
    default:
      return status satisfies never;
  }
}
