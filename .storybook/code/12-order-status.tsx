// A part of some app: what the user sees of an order.

import { useConnection, useConnectionStatus, useWsEvent } from 'everwire';

export function OrderStatus() {
  const status = useConnectionStatus();
  const reason = useConnection((state) => state.reason);
  const state = useWsEvent('order_changed')?.data.state ?? 'received';
  if (reason === 'unauthorized') return <p>Please sign in again.</p>;
  return (
    <div>
      <p>
        Your order: <strong>{state}</strong>
      </p>
      {status === 'reconnecting' && <p>Connection lost. Back in a moment.</p>}
    </div>
  );
}
