// Who reads the events gets what the schema makes of them, and nothing else.

import { useWsEvents, WebSocketProvider } from 'everwire';
import { schemas } from './10-zod.ts';

export function App() {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      schemas={schemas}
      // What is not valid is reported, with its issues, and reaches no hook.
      onError={({ code, details }) => {
        if (code === 'invalid-payload') alert(JSON.stringify(details['issues']));
      }}
    >
      <Shipments />
    </WebSocketProvider>
  );
}

export function Shipments() {
  const shipped = useWsEvents('shipped', { limit: 4 });
  return (
    <ul className="shipments">
      {shipped.map(({ seq, data: { order, at, parcels } }) => (
        <li key={`${order} ${seq}`}>
          <b>{order}</b>, {parcels === 1 ? '1 parcel' : `${parcels} parcels`}, on a{' '}
          {at.toLocaleDateString('en', { weekday: 'long', timeZone: 'UTC' })} in {at.getUTCFullYear()}
        </li>
      ))}
    </ul>
  );
}
