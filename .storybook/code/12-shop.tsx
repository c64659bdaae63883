// An app that cannot be given another socket class: its address is its own.

import { WebSocketProvider } from 'everwire';
import { OrderStatus } from './12-order-status.tsx';

export function Shop() {
  return (
    <WebSocketProvider url="wss://shop.example/ws">
      <OrderStatus />
    </WebSocketProvider>
  );
}
