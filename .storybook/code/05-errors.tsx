// For the developer: a log, and every error as an object.

import { WebSocketProvider, type WebSocketServiceError } from 'everwire';
import type { ReactNode } from 'react';
import { report } from './app.ts';

function onError({ code, message, details }: WebSocketServiceError) {
  // No token and no query of an address is in any of them.
  report(code, message, details);
}

export function Connected({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      logger={console} // default: no log
      onError={onError}
      reconnectAttempts={3} // after the first failure; default 7
    >
      {children}
    </WebSocketProvider>
  );
}
