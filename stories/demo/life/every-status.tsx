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
        title="Four statuses, and the ways between them"
        sources={['src/connection/lifecycle.ts']}
        prose={<EveryStatusProse />}
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

function EveryStatusProse() {
  return (
    <>
      <p>
        The lit box is the status now, the lit arrow the way that led there. <strong>Drop the link</strong> to
        see <code>reconnecting</code>; <strong>refuse</strong> new links and drop, to see it give up after 4
        more attempts; <strong>stall</strong>, disconnect and connect, to hold it in <code>connecting</code>.
        A <strong>frozen</strong> link tells nobody that it is dead: the heartbeat finds it within 40 s, and
        reconnect replaces it now.
      </p>
      <p>
        The waits are short here: 1.5 s, and up to 0.5 s of jitter. By default they are 3 s and up to 2 s. The
        count of failures is forgotten when a link has lived for 5 s (<code>minUptime</code>), not as soon as
        it opens. Coming back to this tab cuts a wait short, and revives what was given up: chapter 08.
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
