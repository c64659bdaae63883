// The panel, below the provider, and in development only.

import { WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import type { ReactNode } from 'react';

export function Connected({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider url="wss://example.com/ws">
      {children}
      {import.meta.env.DEV && <WebSocketDevtools />}
    </WebSocketProvider>
  );
}
