import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

export function Live({ token, children }: { token: string | undefined; children: ReactNode }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" token={token}>
      {children}
    </WebSocketProvider>
  );
}
