/** The two apps on the front page: the same stream, with a plain hook and with Everwire. */

import { useMissedEvents, useWsEventHandler, useWsRequest, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useEffect } from 'react';
import { ReadyState } from 'react-use-websocket';
/** The shape of the package's default export depends on the bundler; this is the hook in all of them. */
import { useWebSocket } from 'react-use-websocket/dist/lib/use-websocket';
import type { Stage } from './stage.ts';

/** The same for both, so that only the events make the difference. */
const RETRY_MS = 500;
const PING_AFTER_MS = 800;
const SILENT_FOR_MS = 1_500;

interface AppProps {
  readonly stage: Stage;
}

/** As its README shows it, with its options for connecting again and for a heartbeat. */
export function usePlainApp({ stage }: AppProps): string {
  const { lastMessage, readyState } = useWebSocket(stage.urlOf('plain'), {
    shouldReconnect: () => true,
    reconnectAttempts: Number.POSITIVE_INFINITY,
    reconnectInterval: RETRY_MS,
    heartbeat: {
      message: '{"event":"ping","seq":1}',
      interval: PING_AFTER_MS,
      timeout: PING_AFTER_MS + SILENT_FOR_MS,
    },
  });
  useEffect(() => {
    const n = numberIn(lastMessage?.data);
    if (n !== null) stage.hear('plain', n);
  }, [stage, lastMessage]);
  return connectionStatus[readyState];
}

const connectionStatus = {
  [ReadyState.CONNECTING]: 'Connecting',
  [ReadyState.OPEN]: 'Open',
  [ReadyState.CLOSING]: 'Closing',
  [ReadyState.CLOSED]: 'Closed',
  [ReadyState.UNINSTANTIATED]: 'Uninstantiated',
} as const satisfies Record<ReadyState, string>;

function numberIn(text: unknown): number | null {
  if (typeof text !== 'string') return null;
  const { event, data } = JSON.parse(text);
  return event === 'tick' ? data.n : null;
}

interface EverwireAppProps extends AppProps {
  readonly server: FakeServer;
  readonly children: React.ReactNode;
}

/** `expect`: an event comes more often than that. So a link that froze before its first ping was answered is found as well. */
const heartbeat = {
  interval: PING_AFTER_MS,
  timeout: SILENT_FOR_MS,
  expect: PING_AFTER_MS + SILENT_FOR_MS,
} as const;

export function EverwireApp({ stage, server, children }: EverwireAppProps) {
  return (
    <WebSocketProvider
      url={stage.urlOf('everwire')}
      WebSocket={server.WebSocket}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      reconnectDelay={RETRY_MS}
      reconnectJitter={0}
      backoffAfter={Number.POSITIVE_INFINITY}
      heartbeat={heartbeat}
    >
      <Listener stage={stage} />
      {children}
    </WebSocketProvider>
  );
}

function Listener({ stage }: AppProps) {
  const request = useWsRequest();
  useWsEventHandler('tick', ({ data }) => stage.hear('everwire', (data as { readonly n: number }).n));
  useMissedEvents(() => {
    request('ticks_after', stage.ask('everwire')).then(
      (numbers) => stage.fetched('everwire', numbers as readonly number[]),
      // The link was lost again: the next notice asks again.
      () => undefined,
    );
  });
  return null;
}
