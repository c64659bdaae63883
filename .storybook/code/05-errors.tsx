// What went wrong and harmed nothing else: bad frames, payloads that are not valid, handlers that throw.

import { WebSocketProvider, type WebSocketServiceError } from 'everwire';
import type { ReactNode } from 'react';
import { report } from './app.ts';

function onError({ code, message, details }: WebSocketServiceError) {
  // Nothing secret is in any of them: no token, no address with its query.
  report(code, message, details);
}

export function Connected({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" onError={onError}>
      {children}
    </WebSocketProvider>
  );
}
