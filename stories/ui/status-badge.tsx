/** Shows the status of the connection in one word. */
import { useConnectionStatus } from 'everwire';

/** The page's one live region for the status. */
export function StatusBadge() {
  const status = useConnectionStatus();
  return (
    <p className="badge" data-status={status} role="status" aria-label="Connection status">
      <span className="badge-dot" aria-hidden="true" />
      {status}
    </p>
  );
}
