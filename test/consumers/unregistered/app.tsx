/** An app that registers nothing: names are strings, data is unknown, and the whole API is there. */
import {
  type ConnectionStatus,
  createWebSocketService,
  defaultClosePolicy,
  type EventOf,
  type IWebSocketConfig,
  type MissedEvents,
  type SendResult,
  useConnection,
  useConnectionStatus,
  useConnectionStore,
  useMissedEvents,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  useWsEvents,
  useWsReducer,
  useWsRequest,
  useWsSend,
  vendorBackoff,
  WebSocketProvider,
  WebSocketServiceError,
  websocketService,
} from 'everwire';
import type { ReactNode } from 'react';

export function App({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider
      url={async () => await Promise.resolve('wss://example.com/ws')}
      token={({ reason, signal }) => (reason === 'unauthorized' && !signal.aborted ? 'fresh' : 'kept')}
      identity="ann"
      closePolicy={(close) => (close.code === 4003 ? 'fatal' : defaultClosePolicy(close))}
      backoff={(context) => vendorBackoff(context) / 2}
      sendQueue={{ limit: 5 }}
      logger={console}
      onError={(error) => error.code satisfies WebSocketServiceError['code']}
      onMissedEvents={({ reason }: MissedEvents) => reason}
      resync={(missed, { signal }) => fetch(`/since/${missed.expected}`, { signal })}
      resyncTimeout={5000}
      missedEventsJitter={2000}
    >
      {children}
    </WebSocketProvider>
  );
}

export function Page() {
  const status: ConnectionStatus = useConnectionStatus({ grace: 1000 });
  const attempts: number = useConnection((state) => state.reconnectAttempts);
  const id: string | null = useConnectionStore((state) => state.connectionId);
  const newest: EventOf<'posted'> | undefined = useWsEvent('posted');
  const seq: number | undefined = useWsEvent('posted', { select: (event) => event.seq });
  const last: readonly EventOf<'posted' | 'typing'>[] = useWsEvents(['posted', 'typing'], { limit: 3 });
  const count: number = useWsReducer('posted', (sum: number) => sum + 1, 0);
  const send: (event: string, data?: unknown) => SendResult = useWsSend();
  const request = useWsRequest();
  useWsEventHandler(['posted', 'typing'], async (event) => {
    const data: unknown = event.data;
    await request('seen', data, { timeout: 500 });
  });
  useMissedEvents(() => send('resync'));
  // @ts-expect-error unknown data has to be checked first
  const text: string = newest?.data.text;
  return (
    <button type="button" onClick={useWebSocketService().reconnect}>
      {status} {attempts} {id} {seq} {last.length} {count} {text}
    </button>
  );
}

const service = createWebSocketService();
const config: IWebSocketConfig = { url: '/ws', schemas: {} };
service.connect(config).subscribe((event) => event.data satisfies unknown);
service.errors$.subscribe((error) => error instanceof WebSocketServiceError);
websocketService.event$('posted').subscribe((event) => event.event satisfies 'posted');
// @ts-expect-error a number of milliseconds
service.connect({ url: '/ws', reconnectDelay: '5s' });
