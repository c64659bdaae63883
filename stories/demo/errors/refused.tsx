/** A server that refuses every handshake: with endless attempts, and with three. */

import { useConnection, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { Countdown } from '../../ui/countdown.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { ReconnectButton } from '../../ui/reconnect-button.tsx';
import { ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

function refuseEverybody(server: FakeServer): void {
  server.refuse();
}

export function RefusedStory() {
  const server = useFakeServer({}, refuseEverybody);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      backoff="decorrelated"
    >
      <StoryPage
        chapter={CHAPTER}
        title="The server refuses"
        sources={['src/connection/lifecycle.ts']}
        prose={
          <p>
            A browser does not tell a page why a connection failed, so neither can we; the error says what is
            worth a look. It stays in <code>useConnection((s) =&gt; s.error)</code> until the link is up, and
            the attempts go on for ever, at most 30 s apart: this story sets <code>reconnectAttempts</code> to{' '}
            <code>Infinity</code> and <code>backoff</code> to <code>decorrelated</code>.{' '}
            <strong>Stop refusing</strong> and wait, or try now.
          </p>
        }
        controls={<ServerControls server={server} groups={['handshakes', 'link']} />}
      >
        <ErrorPanel>
          <ReconnectButton>Try now</ReconnectButton>
          <Waiting />
        </ErrorPanel>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Waiting() {
  const { failures, isWaiting } = useConnection((state) => ({
    failures: state.reconnectAttempts,
    isWaiting: state.nextRetryAt !== null,
  }));
  return (
    <span className="hint number">
      Failures in a row: {failures}.{' '}
      {isWaiting && (
        <>
          Next attempt in <Countdown />
        </>
      )}
    </span>
  );
}

export function GivenUpStory() {
  const server = useFakeServer({}, refuseEverybody);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      reconnectAttempts={2}
      reconnectDelay={400}
      reconnectJitter={100}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Given up"
        sources={['src/connection/lifecycle.ts']}
        prose={
          <p>
            After the first failure come <code>reconnectAttempts</code> more, 2 in this story, 0.4 to 0.5 s
            apart. Then the status is <code>disconnected</code>, the reason <code>attempts-exhausted</code>,
            and no timer runs any more. A button that calls <code>reconnect()</code> starts from attempt 0,
            and so does coming back to this tab (chapter 08). <strong>Stop refusing</strong>, and try again.
          </p>
        }
        controls={<ServerControls server={server} groups={['handshakes', 'link']} />}
      >
        <ErrorPanel>
          <ReconnectButton>Try again</ReconnectButton>
          <Waiting />
        </ErrorPanel>
      </StoryPage>
    </WebSocketProvider>
  );
}
