/** An inbox whose user is signed out elsewhere, and signs in again. */

import { type IWebSocketConfig, type TokenReason, useConnection, WebSocketProvider } from 'everwire';
import { useId, useRef, useState } from 'react';
import { ReconnectButton } from '../../ui/reconnect-button.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { ReasonFigure, SessionFigure } from './figures.tsx';
import { InboxFrame, Notes } from './notes.tsx';

export function SignedOutStory() {
  const signedIn = useRef<'yes' | 'no'>('yes');
  const server = useFakeServer({ token: (token) => token !== null && signedIn.current === 'yes' });
  const [reasons, setReasons] = useState<readonly { readonly id: number; readonly reason: TokenReason }[]>(
    [],
  );
  const notes = useRef(0);
  const token: IWebSocketConfig['token'] = ({ reason }) => {
    setReasons((before) => [...before, { id: before.length, reason }]);
    return 'a-token-of-the-sign-in';
  };
  const askedId = useId();
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token={token}
      auth="message"
      identity="sam"
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Refused, and signed out"
        sources={['src/connection/lifecycle.ts', 'src/connection/close-policy.ts']}
        lead="Sign out elsewhere: a fresh token is tried once, then the connection stops and the app shows its sign-in."
        notes={
          <>
            <p>
              When the fresh token is refused too, more attempts would not help: the status is{' '}
              <code>disconnected</code>, the reason <code>unauthorized</code>, and no timer runs. The app
              shows its sign-in, then calls <code>reconnect()</code> or passes another token.
            </p>
            <p>
              This server reads the token from the first message, so its links are open for a moment before
              they are refused.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']} firstClose={4401}>
            <ControlRow label="Session">
              <Verb
                did="You signed out in another tab"
                title="The server accepts no token any more, and closes with 4401"
                onPress={() => {
                  signedIn.current = 'no';
                  server.close(4401, 'signed out');
                }}
              >
                Sign out elsewhere
              </Verb>
            </ControlRow>
            <ControlRow label="Events">
              <Verb
                did="The server sent a note"
                title="One event"
                onPress={() => {
                  notes.current += 1;
                  server.emit('note', { text: `Note ${notes.current}` });
                }}
              >
                Send a note
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <p className="snippet">
            <code>{"if (reason === 'unauthorized') return <SignIn onDone={reconnect} />;"}</code>
          </p>
          <Inbox
            owner="Sam"
            onSignIn={() => {
              signedIn.current = 'yes';
            }}
          />
          <div className="stack tight">
            <h3 id={askedId}>The token function was asked</h3>
            <ol className="chips" aria-labelledby={askedId}>
              {reasons.map(({ id, reason }) => (
                <li key={id} className="chip">
                  {reason}
                </li>
              ))}
            </ol>
          </div>
          <dl className="stats">
            <SessionFigure />
            <ReasonFigure />
          </dl>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface InboxProps {
  readonly owner: string;
  readonly onSignIn: () => void;
}

/** The reaction of an app. */
function Inbox({ owner, onSignIn }: InboxProps) {
  const reason = useConnection((state) => state.reason);
  if (reason !== 'unauthorized') return <Notes owner={owner} />;
  return (
    <InboxFrame title="Sign in">
      <div className="sign-in">
        <p className="sign-in-title">You have been signed out.</p>
        <p className="hint">Sign in again, and you will find everything where it was.</p>
        <ReconnectButton did="You signed in again" onPress={onSignIn}>
          Sign in again
        </ReconnectButton>
      </div>
    </InboxFrame>
  );
}
