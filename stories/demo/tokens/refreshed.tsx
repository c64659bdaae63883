/** A token that expires, and the table of every time that the token function was asked. */

import { WebSocketProvider } from 'everwire';
import { useId, useState, useSyncExternalStore } from 'react';
import { ReconnectButton } from '../../ui/reconnect-button.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createSignInDesk, type Question, type SignInDesk } from '../sign-in-desk.ts';
import { CHAPTER } from './chapter.ts';
import { SessionFigure } from './figures.tsx';

export function RefreshedStory() {
  const [desk] = useState(createSignInDesk);
  const server = useFakeServer({ token: desk.accepts });
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token={desk.token}
      identity="sam"
      reconnectDelay={800}
      reconnectJitter={200}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Expired, and refreshed"
        sources={['src/service/attempt/attempt-target.ts', 'src/connection/lifecycle.ts']}
        lead="Expire the token: the server closes with 4401, one fresh token is fetched, and the session continues."
        notes={
          <>
            <p>
              The token function is called before each attempt with the reason: <code>initial</code>,{' '}
              <code>reconnect</code> or <code>unauthorized</code>. Only the last one needs a fresh token; here
              that takes 1.2 s. Press <strong>Reconnect</strong> meanwhile, as often as you like: only one
              refresh runs.
            </p>
            <p>
              <strong>Expire and drop</strong> is harder. The server refuses the handshake with 401, and a
              browser reports that like any other failure (1006). So after two such attempts in a row a fresh
              token is requested.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']} firstClose={4401}>
            <ControlRow label="Token">
              <Verb
                did="The token expired, and the server said so"
                title="The server accepts the token no longer, and closes with 4401"
                onPress={() => {
                  desk.expire();
                  server.close(4401, 'token expired');
                }}
              >
                Expire
              </Verb>
              <Verb
                did="The token expired while the link was down"
                title="The link is cut, and the server accepts the token no longer"
                onPress={() => {
                  desk.expire();
                  server.drop();
                }}
              >
                Expire and drop
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <p className="snippet">
            <code>
              {"token={({ reason, signal }) => reason === 'unauthorized' ? fetchToken(signal) : kept}"}
            </code>
          </p>
          <DeskFigures desk={desk} />
          <div className="row">
            <ReconnectButton>Reconnect</ReconnectButton>
          </div>
          <Questions desk={desk} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function useDesk(desk: SignInDesk) {
  return useSyncExternalStore(desk.subscribe, desk.read);
}

function DeskFigures({ desk }: { readonly desk: SignInDesk }) {
  const { questions, accepted, inFlight, mostInFlight } = useDesk(desk);
  const given = questions.find(({ token }) => token !== '');
  return (
    <dl className="stats">
      <div>
        <dt>Token in use</dt>
        <dd className="minor" data-testid="in use">
          {given?.token ?? '–'}
        </dd>
      </div>
      <div>
        <dt>The server accepts</dt>
        <dd className="minor">{accepted ?? 'a fresh one'}</dd>
      </div>
      <div>
        <dt>In flight</dt>
        <dd className="minor" data-testid="in flight">
          {inFlight}
        </dd>
      </div>
      <div>
        <dt>Most at once</dt>
        <dd className="minor" data-testid="most">
          {mostInFlight}
        </dd>
      </div>
      <SessionFigure />
    </dl>
  );
}

const answerWords: Readonly<Record<Question['answer'], string>> = {
  asking: 'is fetching a fresh one …',
  kept: 'gave the one it had',
  fresh: 'fetched a fresh one',
  dropped: 'was told to stop',
};

function Questions({ desk }: { readonly desk: SignInDesk }) {
  const { questions } = useDesk(desk);
  const headingId = useId();
  return (
    <div className="stack tight asked">
      <h3 id={headingId}>The token function was asked</h3>
      <table className="table" aria-labelledby={headingId}>
        <thead>
          <tr>
            <th scope="col">No.</th>
            <th scope="col">Reason</th>
            <th scope="col">It</th>
            <th scope="col">Token</th>
          </tr>
        </thead>
        <tbody>
          {questions.map(({ id, reason, answer, token }) => (
            <tr key={id} data-answer={answer} data-reason={reason}>
              <td className="number">{id}</td>
              <td data-testid="reason">{reason}</td>
              <td>{answerWords[answer]}</td>
              <td>
                <code>{token === '' ? '–' : token}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
