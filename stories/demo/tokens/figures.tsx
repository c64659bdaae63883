/** Shows the session and the reason of the connection. */

import { useConnection } from 'everwire';
import { shortId } from '../../ui/short-id.ts';

export function SessionFigure() {
  const connectionId = useConnection((state) => state.connectionId);
  return (
    <div>
      <dt>Session</dt>
      <dd className="minor" data-testid="session">
        {connectionId === null ? '–' : shortId(connectionId)}
      </dd>
    </div>
  );
}

export function ReasonFigure() {
  const reason = useConnection((state) => state.reason);
  return (
    <div>
      <dt>Reason</dt>
      <dd className="minor" data-testid="reason">
        {reason ?? '–'}
      </dd>
    </div>
  );
}
