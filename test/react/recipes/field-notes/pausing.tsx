import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

export function Live({ isPaused, children }: { isPaused: boolean; children: ReactNode }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" enabled={!isPaused} pauseGrace={5 * 60_000}>
      {children}
    </WebSocketProvider>
  );
}
