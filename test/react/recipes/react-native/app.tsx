// In docs/react-native.md: an app that follows the device.

import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';
import { deviceSignals } from './device-signals.ts';

export function Live({ token, children }: { token: string; children: ReactNode }) {
  return (
    <WebSocketProvider url="wss://example.com/ws" token={token} signals={deviceSignals}>
      {children}
    </WebSocketProvider>
  );
}
