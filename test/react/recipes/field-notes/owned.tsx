import { createWebSocketService, WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';

export const service = createWebSocketService();
export const start = () => service.connect({ url: 'wss://example.com/ws' });

export const Route = ({ children }: { children: ReactNode }) => (
  <WebSocketProvider service={service}>{children}</WebSocketProvider>
);
