// A token function is asked before each attempt, and told why.

import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';
import { cachedToken, freshToken } from './app.ts';

export function SignedIn({ user, children }: { user: string; children: ReactNode }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      identity={user} // whose token it is: a renewed one keeps the link, another user is a new session
      token={({ reason, signal }) => (reason === 'unauthorized' ? freshToken(signal) : cachedToken())}
    >
      {children}
    </WebSocketProvider>
  );
}
