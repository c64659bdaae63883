/** A server that refuses the token, until the reader signs in. */

import { type IWebSocketConfig, type TokenReason, WebSocketProvider } from 'everwire';
import { useRef, useState } from 'react';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { NoteButton } from '../../ui/note-button.tsx';
import { ReconnectButton } from '../../ui/reconnect-button.tsx';
import { ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const FRESH = 'a-fresh-token';

function onlyFresh(token: string | null): boolean {
  return token === FRESH;
}

export function UnauthorizedStory() {
  const server = useFakeServer({ token: onlyFresh });
  const session = useRef('an-old-token');
  const [asked, setAsked] = useState<readonly { readonly id: number; readonly reason: TokenReason }[]>([]);
  const token: IWebSocketConfig['token'] = ({ reason }) => {
    setAsked((before) => [...before, { id: before.length, reason }]);
    return session.current;
  };
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token={token}
      auth="message"
      identity="reader"
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="The token is refused"
        sources={['src/connection/close-policy.ts']}
        prose={
          <p>
            This server answers a bad token with close code 4401. The token function is asked once more, with
            the reason <code>unauthorized</code>, so that it can fetch a fresh one instead of a cached one,
            and the next attempt is made at once. If that one is refused too, trying on would help nobody:{' '}
            <strong>sign in</strong>, then <strong>close with 4401</strong> to see a token renewed unnoticed.
          </p>
        }
        controls={<ServerControls server={server} groups={['link']} firstClose={4401} />}
      >
        <div className="stack">
          <ErrorPanel>
            <ReconnectButton
              did="You signed in"
              onPress={() => {
                session.current = FRESH;
              }}
            >
              Sign in
            </ReconnectButton>
            <NoteButton
              did="You signed out in another tab"
              onPress={() => {
                session.current = 'an-old-token';
                server.close(4401, 'signed out');
              }}
            >
              Sign out, in another tab
            </NoteButton>
          </ErrorPanel>
          <h3 id="asked-heading">The token function was asked</h3>
          <ol className="chips" aria-labelledby="asked-heading">
            {asked.map(({ id, reason }) => (
              <li key={id} className="chip">
                {reason}
              </li>
            ))}
          </ol>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}
