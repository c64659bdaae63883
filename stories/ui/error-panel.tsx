/** Shows the current error of the connection, in words. */

import { useConnection } from 'everwire';
import type { ReactNode } from 'react';

/** Always as high as with an error in it, so that the page does not jump. */
export function ErrorPanel({ children }: { readonly children?: ReactNode }) {
  const { error, reason } = useConnection((state) => ({ error: state.error, reason: state.reason }));
  return (
    <div className="error-panel" data-state={error === null ? 'fine' : 'error'}>
      <div className="error-words" aria-live="polite">
        {error === null ? (
          <p className="error-title">Nothing is in the way.</p>
        ) : (
          <>
            <p className="error-title">
              <code>{error.code}</code>
              {reason !== null && <span className="error-reason">reason: {reason}</span>}
            </p>
            <p className="error-message">{error.message}</p>
          </>
        )}
      </div>
      {children !== undefined && <div className="error-actions">{children}</div>}
    </div>
  );
}
