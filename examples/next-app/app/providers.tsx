'use client';
// The provider owns the connection. It connects in an effect, so only in the browser and never while a server renders.
import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

const url = process.env.NEXT_PUBLIC_SERVER ?? 'ws://127.0.0.1:8081';

export function Providers({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider url={url} reconnectAttempts={Number.POSITIVE_INFINITY} backoff="decorrelated">
      {children}
    </WebSocketProvider>
  );
}
