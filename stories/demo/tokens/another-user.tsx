/** An app in which another user signs in, with the links and the notes of each. */

import { WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useRef, useState } from 'react';
import { LinkTable } from '../../ui/link-table.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage, useNote } from '../../ui/story-page.tsx';
import { useFakeServer, useServerState } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { ReasonFigure, SessionFigure } from './figures.tsx';
import { Notes } from './notes.tsx';

type User = 'Sam' | 'Mira' | 'Nobody';

const users: readonly User[] = ['Sam', 'Mira', 'Nobody'];

export function AnotherUserStory() {
  const server = useFakeServer({ token: (token) => token !== null });
  const [user, setUser] = useState<User>('Sam');
  const [versions, setVersions] = useState({ Sam: 1, Mira: 1, Nobody: 0 });
  const version = versions[user];
  const signedIn = user === 'Nobody' ? '' : user.toLowerCase();
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      identity={signedIn}
      token={signedIn === '' ? '' : `${signedIn}-${version}`}
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Another user"
        sources={['src/service/config/config.ts', 'providers/websocket-provider.tsx']}
        lead="Renew the token and the link stays; sign in as someone else and a new session begins."
        notes={
          <>
            <p>
              <code>identity</code> says whose token it is. A new token of the same user is used at the next
              attempt. For another user, the link is closed, the old session’s id and numbers are forgotten,
              and what the hooks showed is cleared before the next event.
            </p>
            <p>
              <code>useMissedEvents</code> is called, as for every new session. An empty token means signed
              out: <code>disconnected</code>.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Notes">
              <SendNotes server={server} />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <fieldset>
            <legend className="legend">Who is signed in</legend>
            <div className="choices">
              {users.map((one) => (
                <label key={one} className="choice">
                  <input type="radio" name="user" checked={one === user} onChange={() => setUser(one)} />
                  {one}
                </label>
              ))}
              <RenewButton
                disabled={signedIn === ''}
                onRenew={() => setVersions({ ...versions, [user]: version + 1 })}
              />
            </div>
          </fieldset>
          <p className="snippet">
            <code>
              {signedIn === ''
                ? '<WebSocketProvider identity="" token="">'
                : `<WebSocketProvider identity="${signedIn}" token="${signedIn}-${version}">`}
            </code>
          </p>
          <Notes owner={user === 'Nobody' ? 'nobody' : user} />
          <SocketFigures server={server} />
          <LinkTable server={server} tokens="shown" />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface RenewButtonProps {
  readonly disabled: boolean;
  readonly onRenew: () => void;
}

function RenewButton({ disabled, onRenew }: RenewButtonProps) {
  const note = useNote();
  return (
    <button
      type="button"
      className="button small"
      disabled={disabled}
      onClick={() => {
        note('You renewed the token');
        onRenew();
      }}
    >
      Renew the token
    </button>
  );
}

/** Each goes to one user only, on all of that user's connections. */
function SendNotes({ server }: { readonly server: FakeServer }) {
  const sent = useRef(0);
  const send = (to: Exclude<User, 'Nobody'>): void => {
    sent.current += 1;
    for (const connection of server.connections) {
      if (connection.token?.startsWith(to.toLowerCase()) !== true) continue;
      connection.emit('note', { text: `${to}, this is note ${sent.current}.` });
    }
  };
  return (
    <>
      <Verb did="The server sent Sam a note" title="An event for Sam only" onPress={() => send('Sam')}>
        For Sam
      </Verb>
      <Verb did="The server sent Mira a note" title="An event for Mira only" onPress={() => send('Mira')}>
        For Mira
      </Verb>
    </>
  );
}

function SocketFigures({ server }: { readonly server: FakeServer }) {
  const made = useServerState(server, ({ socketsConstructed }) => socketsConstructed);
  return (
    <dl className="stats">
      <div>
        <dt>Sockets ever made</dt>
        <dd className="minor" data-testid="sockets">
          {made}
        </dd>
      </div>
      <SessionFigure />
      <ReasonFigure />
    </dl>
  );
}
