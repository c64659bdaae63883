/** An app that shows the devtools. */
import { WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';

export function App() {
  return (
    <WebSocketProvider url="/ws">
      <WebSocketDevtools />
    </WebSocketProvider>
  );
}
