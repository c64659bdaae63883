'use client';
// Who owns the connection? The provider, in the browser: it connects in an effect, so never while rendering a server.
import { WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

const url = process.env.NEXT_PUBLIC_SERVER ?? 'ws://127.0.0.1:8081';

export function Providers({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider url={url} reconnectAttempts={Number.POSITIVE_INFINITY}>
      {children}
    </WebSocketProvider>
  );
}
