// How soon a dead link is found: within interval and timeout together.

import { useConnection, WebSocketProvider } from 'everwire';

export function App() {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      heartbeat={{ interval: 3_000, timeout: 1_500 }} // ms; default 30000 and 10000
    >
      <Latency />
    </WebSocketProvider>
  );
}

function Latency() {
  const latency = useConnection((state) => state.latency); // ms, of the last ping
  return <p>{latency === null ? 'not measured yet' : `${latency} ms`}</p>;
}
