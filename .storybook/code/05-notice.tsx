// For the user: what it means, and what to do. The messages of errors are for developers.

import { useConnection, useConnectionStatus, useWebSocketService } from 'everwire';

export function ConnectionNotice({ signIn }: { signIn: () => void }) {
  const status = useConnectionStatus({ grace: 1_000 }); // ms; a shorter break is not shown
  const reason = useConnection((state) => state.reason);
  const { reconnect } = useWebSocketService();

  if (reason === 'unauthorized')
    return (
      <p role="alert">
        Your session has ended.{' '}
        <button type="button" onClick={signIn}>
          Sign in
        </button>
      </p>
    );
  if (reason === 'attempts-exhausted')
    return (
      <p role="alert">
        No connection.{' '}
        <button type="button" onClick={reconnect}>
          Try again
        </button>
      </p>
    );
  if (reason === 'invalid-config' || reason === 'fatal-close')
    return <p role="alert">Live prices do not work at the moment.</p>;
  if (status === 'reconnecting') return <p role="alert">Connection lost. Trying again …</p>;
  return null;
}
