// When to give up. The page's own signals, such as coming back to the tab, start over.

import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

export function Connected({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      reconnectAttempts={2} // after the first failure; default 7; Infinity never gives up, and wants backoff="decorrelated"
      reconnectDelay={400} // ms; default 3000
      reconnectJitter={100} // ms, at random on top; default 2000
    >
      {children}
    </WebSocketProvider>
  );
}
