/** When is the token asked for, who may refuse it, and whose session is it? */

import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  type IWebSocketConfig,
  type IWebSocketEvent,
  type TokenReason,
  useConnection,
  useWebSocketService,
  useWsEvents,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ReactNode, useId, useRef, useState, useSyncExternalStore } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { shortDelays } from './demo/short-delays.ts';
import { createSignInDesk, type Question, type SignInDesk } from './demo/sign-in-desk.ts';
import { LinkTable } from './ui/link-table.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { shortId } from './ui/short-id.ts';
import { StoryPage, useNote } from './ui/story-page.tsx';
import { useFakeServer, useServerState } from './ui/use-fake-server.ts';

const meta = {
  title: '07 Tokens',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '07 Tokens';

export const Refreshed: StoryObj = {
  name: 'Expired, and refreshed',
  parameters: { code: ['07-token.tsx'] },
  render: () => <RefreshedStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const asked = canvas.getByRole('table', { name: 'The token function was asked' });
    const reasons = () =>
      within(asked)
        .queryAllByTestId('reason')
        .map((cell) => cell.textContent)
        .reverse();
    const session = () => canvas.getByTestId('session').textContent;
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await waitFor(() => expect(session()).toMatch(/…$/));
    const before = session();
    await expect(reasons()).toEqual(['initial']);

    await step('the server closes with 4401, and a fresh token is asked for at once', async () => {
      await press('Expire');
      await waitFor(() => expect(reasons()).toEqual(['initial', 'unauthorized']));
      await expect(canvas.getByTestId('in flight')).toHaveTextContent(/^1$/);
    });

    await step('whatever is asked for meanwhile, one refresh is in flight', async () => {
      await press('Reconnect');
      await press('Reconnect');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await expect(canvas.getByTestId('in use')).toHaveTextContent('token-2');
      await expect(canvas.getByTestId('most')).toHaveTextContent(/^1$/);
      await expect(reasons()).toEqual(['initial', 'unauthorized']);
      await expect(session()).toBe(before);
    });

    await step(
      'expired while the link was down: a browser can’t say so, and after two refusals it is tried',
      async () => {
        await press('Expire and drop');
        await waitFor(() =>
          expect(reasons()).toEqual(['initial', 'unauthorized', 'reconnect', 'reconnect', 'unauthorized']),
        );
        await waitFor(() => expect(canvas.getByTestId('in use')).toHaveTextContent('token-3'));
        await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
        await expect(session()).toBe(before);
      },
    );
  },
};

export const SignedOut: StoryObj = {
  name: 'Refused, and signed out',
  parameters: { code: ['07-signed-out.tsx'] },
  render: () => <SignedOutStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const asked = canvas.getByRole('list', { name: 'The token function was asked' });
    const reasons = () =>
      within(asked)
        .queryAllByRole('listitem')
        .map((one) => one.textContent);
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await waitFor(() => expect(reasons()).toEqual(['initial']));

    await step('signed in: the notes arrive', async () => {
      await press('Send a note');
      await canvas.findByText('Note 1');
    });

    await step('signed out elsewhere: one fresh token is tried, and then nothing more', async () => {
      await press('Sign out elsewhere');
      await canvas.findByText('You have been signed out.');
      await expect(status).toHaveTextContent('disconnected');
      await expect(canvas.getByTestId('reason')).toHaveTextContent('unauthorized');
      await expect(reasons()).toEqual(['initial', 'unauthorized']);
      await expect(canvas.queryByText('Note 1')).toBeNull();
    });

    await step('signing in goes on', async () => {
      await press('Sign in again');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await expect(reasons().at(-1)).toBe('reconnect');
      await waitFor(() => expect(canvas.queryByText('You have been signed out.')).toBeNull());
      await waitFor(() => expect(canvas.getByTestId('session')).toHaveTextContent(/…$/));
      await press('Send a note');
      await canvas.findByText('Note 2');
    });

    await step('and out again', async () => {
      await press('Sign out elsewhere');
      await canvas.findByText('You have been signed out.');
    });
  },
};

export const AnotherUser: StoryObj = {
  name: 'Another user',
  parameters: { code: ['07-another-user.tsx'] },
  render: () => <AnotherUserStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const choose = (name: string) => userEvent.click(canvas.getByRole('radio', { name }));
    const sockets = () => canvas.getByTestId('sockets').textContent;
    const isIn = (link: string) =>
      waitFor(() => expect(canvas.getByTestId(link)).toHaveTextContent(/^new session$/));
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await isIn('link 1');

    await step('Sam reads a note', async () => {
      await press('For Sam');
      await canvas.findByText('Sam, this is note 1.');
    });

    await step('a new token for Sam: the link stays, and the next attempt takes it', async () => {
      await press('Renew the token');
      await expect(sockets()).toBe('1');
      await press('Drop');
      await waitFor(() => expect(canvas.getByTestId('link 2')).toHaveTextContent('resumed'));
      await expect(canvas.getByText('sam-2')).toBeVisible();
      await expect(canvas.getByText('Sam, this is note 1.')).toBeVisible();
    });

    await step('Mira signs in: another session, and nothing of Sam’s is left on the page', async () => {
      await choose('Mira');
      await isIn('link 3');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await expect(canvas.queryByText('Sam, this is note 1.')).toBeNull();
      await expect(canvas.getByTestId('asked 3')).toHaveTextContent('new session');
    });

    await step('she gets her own, and none of his', async () => {
      await press('For Sam');
      await press('For Mira');
      await canvas.findByText('Mira, this is note 3.');
      await expect(canvas.queryByText(/Sam, this is/)).toBeNull();
    });

    await step('nobody: nothing is connected, nothing is shown', async () => {
      await choose('Nobody');
      await waitFor(() => expect(status).toHaveTextContent('disconnected'));
      await expect(canvas.queryByText(/this is note/)).toBeNull();
      await expect(sockets()).toBe('3');
    });

    await choose('Mira');
    await isIn('link 4');
    await press('For Mira');
    await canvas.findByText('Mira, this is note 4.');
  },
};

// ---- refreshed ----

function RefreshedStory() {
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
        sources={['src/service/attempt-target.ts', 'src/connection/lifecycle.ts']}
        prose={
          <>
            <p>
              Before each attempt the token function is asked, and told why: <code>initial</code>,{' '}
              <code>reconnect</code>, or <code>unauthorized</code>. Only the last one needs a fresh token, and
              here that takes 1.2 s. <strong>Expire</strong> it: the server closes with 4401, the function is
              asked once, and the session goes on with the new one. Press <strong>Reconnect</strong>{' '}
              meanwhile, as often as you like: one refresh is in flight.
            </p>
            <p>
              <strong>Expire and drop</strong> is the harder case. The token goes stale while the link is
              down, the server refuses the handshake with 401, and a browser shows that as a failure like any
              other (1006). So after two such attempts in a row a fresh token is asked for, to be sure. (The
              waits are shorter than elsewhere: 0.8 to 1 s.)
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
            <ReconnectButton did="You asked to reconnect">Reconnect</ReconnectButton>
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

function SessionFigure() {
  const connectionId = useConnection((state) => state.connectionId);
  return (
    <div>
      <dt>Session</dt>
      <dd className="minor" data-testid="session">
        {connectionId === null ? '–' : shortId(connectionId)}
      </dd>
    </div>
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

interface ReconnectButtonProps {
  /** What the log says the reader did. */
  readonly did: string;
  readonly onPress?: () => void;
  readonly children: string;
}

function ReconnectButton({ did, onPress, children }: ReconnectButtonProps) {
  const { reconnect } = useWebSocketService();
  const note = useNote();
  return (
    <button
      type="button"
      className="button primary"
      onClick={() => {
        note(did);
        onPress?.();
        reconnect();
      }}
    >
      {children}
    </button>
  );
}

// ---- signed out ----

function SignedOutStory() {
  const signedIn = useRef<'yes' | 'no'>('yes');
  const server = useFakeServer({ token: (token) => token !== null && signedIn.current === 'yes' });
  const [reasons, setReasons] = useState<readonly { readonly id: number; readonly reason: TokenReason }[]>(
    [],
  );
  const notes = useRef(0);
  const token: IWebSocketConfig['token'] = ({ reason }) => {
    setReasons((before) => [...before, { id: before.length, reason }]);
    return 'whatever-the-sign-in-gives';
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
        prose={
          <p>
            <strong>Sign out elsewhere</strong>, and the server refuses every token. A fresh one is tried
            once. When that is refused too, trying on would help nobody: the status is{' '}
            <code>disconnected</code>, the reason <code>unauthorized</code>, and nothing runs any more. What
            to do now only the app can know: it shows its sign-in, and then calls <code>reconnect()</code>, or
            passes another token. (This server reads the token from the first message, so its links are open
            for a moment before they are refused.)
          </p>
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

function ReasonFigure() {
  const reason = useConnection((state) => state.reason);
  return (
    <div>
      <dt>Reason</dt>
      <dd className="minor" data-testid="reason">
        {reason ?? '–'}
      </dd>
    </div>
  );
}

interface InboxProps {
  readonly owner: string;
  readonly onSignIn: () => void;
}

/** What an app makes of it. */
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

function Notes({ owner }: { readonly owner: string }) {
  const notes = useWsEvents('note', { limit: SHOWN_NOTES });
  return (
    <InboxFrame title={`Notes for ${owner}`}>
      {notes.length === 0 ? (
        <p className="inbox-empty">None so far.</p>
      ) : (
        <ul>
          {notes.map((event) => (
            <li key={textIn(event)} className="inbox-note">
              {textIn(event)}
            </li>
          ))}
        </ul>
      )}
    </InboxFrame>
  );
}

const SHOWN_NOTES = 4;

function textIn({ data }: IWebSocketEvent): string {
  return (data as { readonly text: string }).text;
}

function InboxFrame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="inbox">
      <h3>{title}</h3>
      {children}
    </div>
  );
}

// ---- another user ----

type User = 'Sam' | 'Mira' | 'Nobody';

const users: readonly User[] = ['Sam', 'Mira', 'Nobody'];

function AnotherUserStory() {
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
        sources={['src/service/config.ts', 'providers/websocket-provider.tsx']}
        prose={
          <p>
            <code>identity</code> says whose token it is. <strong>Renew the token</strong> of the same user,
            and the link stays; the next attempt takes the new one. <strong>Sign in as someone else</strong>,
            and it is another session: the link is closed, the session's id and numbers are forgotten and
            never asked for again, and what the hooks have shown is gone before the next event can come.{' '}
            <code>useMissedEvents</code> is told, as of every new session. An empty token is nobody:{' '}
            <code>disconnected</code>.
          </p>
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

/** Each goes to one user only, wherever that user is connected. */
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
