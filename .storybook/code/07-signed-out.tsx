// The token was refused, and a fresh one too: only the app knows what to do now.

import { useConnection, useWebSocketService } from 'everwire';
import type { ReactNode } from 'react';

export function SignInWall({ signIn, children }: { signIn: () => Promise<void>; children: ReactNode }) {
  const reason = useConnection((state) => state.reason);
  const { reconnect } = useWebSocketService();
  if (reason !== 'unauthorized') return children;

  return (
    <button type="button" onClick={() => signIn().then(reconnect)}>
      Sign in again
    </button>
  );
}
