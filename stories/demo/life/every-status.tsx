/** A connection that the reader takes through every status. */

import { type IWebSocketConfig, useConnection, useWebSocketService, WebSocketProvider } from 'everwire';
import { Countdown } from '../../ui/countdown.tsx';
import { NoteButton } from '../../ui/note-button.tsx';
import { ServerControls } from '../../ui/server-controls.tsx';
import { StatusDiagram } from '../../ui/status-diagram.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';

/** Few attempts, and short ones, so that the reader can see how it gives up. */
const quickToGiveUp = { ...shortDelays, reconnectAttempts: 4, connectTimeout: 6_000 } as const;

export function EveryStatusStory() {
  const server = useFakeServer();
  const config: IWebSocketConfig = { url: server.url, WebSocket: server.WebSocket, ...quickToGiveUp };
  return (
    <WebSocketProvider {...config}>
      <StoryPage
        chapter="02 The life of a connection"
        title="Four statuses"
        sources={['src/connection/lifecycle.ts']}
        lead="Drop the link: the lit box is the status now, and the lit arrow the way that led there."
        notes={<EveryStatusNotes />}
        controls={<ServerControls server={server} groups={['link', 'handshakes', 'server']} />}
      >
        <div className="stack">
          <StatusDiagram />
          <OwnControls config={config} />
          <Facts />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function EveryStatusNotes() {
  return (
    <>
      <p>
        <strong>Refuse</strong> new links and drop: it gives up after 4 more attempts. <strong>Stall</strong>,
        disconnect and connect: it stays in <code>connecting</code>. <strong>Freeze</strong>: nobody reports
        that the link is dead; the heartbeat finds out within 40 s, and reconnect replaces the link now.
      </p>
      <p>
        The waits are 1.5 to 2 s here; by default they are 3 to 5 s. The count of failures is reset when a
        link has lived for 5 s (<code>minUptime</code>), not when it opens. Coming back to this tab ends a
        wait, and starts a connection again that gave up: chapter 08.
      </p>
    </>
  );
}

/** In an app the provider calls these; here the reader does. */
function OwnControls({ config }: { readonly config: IWebSocketConfig }) {
  const service = useWebSocketService();
  return (
    <div className="row">
      <NoteButton did="You asked to connect" onPress={() => service.connect(config)}>
        Connect
      </NoteButton>
      <NoteButton did="You asked to disconnect" onPress={() => service.disconnect()}>
        Disconnect
      </NoteButton>
      <NoteButton did="You asked to reconnect" onPress={() => service.reconnect()}>
        Reconnect
      </NoteButton>
    </div>
  );
}

function Facts() {
  const facts = useConnection((state) => ({
    reason: state.reason,
    failures: state.reconnectAttempts,
    close: state.lastClose,
    connectionId: state.connectionId,
    lastEventId: state.lastEventId,
    latency: state.latency,
    error: state.error,
  }));
  return (
    <dl className="facts">
      <div>
        <dt>Reason</dt>
        <dd>{facts.reason ?? '–'}</dd>
      </div>
      <div>
        <dt>Failures in a row</dt>
        <dd>
          {facts.failures} of {quickToGiveUp.reconnectAttempts + 1}
        </dd>
      </div>
      <div>
        <dt>Next attempt in</dt>
        <dd>
          <Countdown />
        </dd>
      </div>
      <div>
        <dt>Last close</dt>
        <dd>{facts.close === null ? '–' : closeWords(facts.close)}</dd>
      </div>
      <div>
        <dt>Connection id</dt>
        <dd>{facts.connectionId === null ? '–' : `${facts.connectionId.slice(0, 8)}…`}</dd>
      </div>
      <div>
        <dt>Last event id</dt>
        <dd>{facts.lastEventId ?? '–'}</dd>
      </div>
      <div>
        <dt>Latency</dt>
        <dd>{facts.latency === null ? '–' : `${facts.latency} ms`}</dd>
      </div>
      <div>
        <dt>Error</dt>
        <dd>{facts.error?.code ?? '–'}</dd>
      </div>
    </dl>
  );
}

function closeWords(close: {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}): string {
  const words = close.reason === '' ? '' : ` “${close.reason}”`;
  return `${close.code}${words}, ${close.wasClean ? 'clean' : 'not clean'}`;
}
