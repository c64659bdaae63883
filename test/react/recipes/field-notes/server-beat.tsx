import { createEnvelopeProtocol, WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

const protocol = createEnvelopeProtocol({ heartbeat: 'none' });

export function Live({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" protocol={protocol} heartbeat={{ expect: 12_000 }}>
      {children}
    </WebSocketProvider>
  );
}
