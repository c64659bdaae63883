// The first lines of an app: a provider, and the hooks.

import {
  useConnectionStatus,
  useMissedEvents,
  useWsEvent,
  useWsEventHandler,
  useWsSend,
  WebSocketProvider,
} from 'everwire';
import { fetchAgain, toast } from './app.ts';

export function App() {
  return (
    <WebSocketProvider url="wss://example.com/ws">
      <Prices />
    </WebSocketProvider>
  );
}

function Prices() {
  const status = useConnectionStatus(); // 'connected'
  const latest = useWsEvent('price:AAPL'); // the newest one; at most one render a frame
  useWsEventHandler('posted', (e) => toast(e.data.text)); // every one, in order, exactly once; no render
  useMissedEvents(() => fetchAgain()); // told once, whenever something may have been missed
  const send = useWsSend(); // send('typing', { user: 'Sam' })
  return (
    <button type="button" onClick={() => send('typing', { user: 'Sam' })}>
      {status}: {latest?.data.price}
    </button>
  );
}
