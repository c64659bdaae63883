/** What does the page know when something is wrong, and how does it go on? */

import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  type IWebSocketConfig,
  type TokenReason,
  useConnection,
  useWebSocketService,
  useWsReducer,
  WebSocketProvider,
  type WebSocketServiceError,
} from 'everwire';
import type { FakeServer, GarbleKind } from 'everwire/testing';
import { useCallback, useId, useRef, useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { shortDelays } from './demo/short-delays.ts';
import { Countdown } from './ui/countdown.tsx';
import { ErrorPanel } from './ui/error-panel.tsx';
import { ServerControls } from './ui/server-controls.tsx';
import { StoryPage, useNote } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '05 Errors',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '05 Errors';

export const Refused: StoryObj = {
  parameters: { code: ['05-in-the-way.tsx'] },
  render: () => <RefusedStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const status = await canvas.findByRole('status');

    await step('the attempt fails, and the page says so', async () => {
      await waitFor(() => expect(status).toHaveTextContent('reconnecting'));
      await canvas.findByText('connection-failed', { selector: '.error-title code' });
      await canvas.findByText(/could not be opened/, { selector: '.error-message' });
    });

    await step('the server is back, and so are we', async () => {
      await press('Refuse');
      await press('Try now');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await canvas.findByText('Nothing is in the way.');
    });

    await step('gone again', async () => {
      await press('Refuse');
      await press('Drop');
      await canvas.findByText(/could not be opened/, { selector: '.error-message' });
      await expect(status).toHaveTextContent('reconnecting');
    });
  },
};

export const GivenUp: StoryObj = {
  name: 'Given up',
  parameters: { code: ['05-giving-up.tsx'] },
  render: () => <GivenUpStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const status = await canvas.findByRole('status');

    await step('three attempts, and it gives up', async () => {
      await waitFor(() => expect(status).toHaveTextContent('disconnected'));
      await canvas.findByText(/Gave up after 3 failed attempts in a row/, { selector: '.error-message' });
      await canvas.findByText('reason: attempts-exhausted');
    });

    await step('the button tries again', async () => {
      await press('Refuse');
      await press('Try again');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await canvas.findByText('Nothing is in the way.');
    });

    await step('and it can be given up again', async () => {
      await press('Refuse');
      await press('Drop');
      await canvas.findByText('reason: attempts-exhausted');
      await expect(status).toHaveTextContent('disconnected');
    });
  },
};

export const Unauthorized: StoryObj = {
  parameters: { code: ['07-signed-out.tsx'] },
  render: () => <UnauthorizedStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const asked = canvas.getByRole('list', { name: 'The token function was asked' });

    await step('the token is refused, and a fresh one too', async () => {
      await canvas.findByText('reason: unauthorized');
      await canvas.findByText(/The server refused the token, and a fresh one too/, {
        selector: '.error-message',
      });
      await expect(status).toHaveTextContent('disconnected');
      await expect(asked).toHaveTextContent(/initial.*unauthorized/);
    });

    await step('after signing in, it connects', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Sign in' }));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await canvas.findByText('Nothing is in the way.');
    });

    await step('a session that ends later is renewed without the user', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Close' }));
      await waitFor(() => expect(asked.lastElementChild).toHaveTextContent('unauthorized'));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    });

    await step('unless there is no fresh token to be had', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Sign out, in another tab' }));
      await canvas.findByText('reason: unauthorized');
    });
  },
};

export const BadFrames: StoryObj = {
  name: 'Bad frames',
  parameters: { code: ['05-errors.tsx'] },
  render: () => <BadFramesStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const status = await canvas.findByRole('status');
    const errors = canvas.getByTestId('bad');
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));

    await step('each kind is reported, with its reason, and changes nothing else', async () => {
      let before = 0;
      for (const { kind, reported } of badFrames) {
        await press(kind);
        // A good one after each: ten bad ones in a row would be another story.
        await press('A good event');
        before += reported === null ? 0 : 1;
        const expected = String(before);
        await waitFor(() => expect(errors, kind).toHaveTextContent(new RegExp(`^${expected}$`)));
        if (reported !== null) await canvas.findAllByText(reported, { exact: false });
      }
      await waitFor(() =>
        expect(canvas.getByTestId('good')).toHaveTextContent(new RegExp(`^${badFrames.length}$`)),
      );
      await expect(status).toHaveTextContent(/^connected$/);
      await expect(canvas.getByTestId('closes')).toHaveTextContent('–');
    });

    await step('ten in a row, and the link is replaced', async () => {
      await press('Ten in a row');
      await waitFor(() => expect(canvas.getByTestId('closes')).toHaveTextContent('4002'));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    });
  },
};

export const InvalidConfig: StoryObj = {
  name: 'Invalid config',
  parameters: { code: ['05-in-the-way.tsx'] },
  render: () => <InvalidConfigStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    for (const { label, sentence, outcome } of configs) {
      await step(label, async () => {
        await userEvent.click(canvas.getByRole('radio', { name: label }));
        if (sentence !== null) await canvas.findByText(sentence, { selector: '.error-message' });
        await waitFor(() => expect(status).toHaveTextContent(new RegExp(`^${outcome}$`)));
      });
    }
    await step('and a config that can work connects again', async () => {
      await userEvent.click(canvas.getByRole('radio', { name: 'A config that works' }));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await canvas.findByText('Nothing is in the way.');
    });
    await userEvent.click(canvas.getByRole('radio', { name: 'A misspelt option' }));
    await canvas.findByText(/There is no option/, { selector: '.error-message' });
  },
};

// ---- refused, given up ----

function refuseEverybody(server: FakeServer): void {
  server.refuse();
}

function RefusedStory() {
  const server = useFakeServer({}, refuseEverybody);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      reconnectAttempts={Number.POSITIVE_INFINITY}
    >
      <StoryPage
        chapter={CHAPTER}
        title="The server refuses"
        sources={['src/connection/lifecycle.ts']}
        prose={
          <p>
            A browser does not tell a page why a connection failed, so neither can we; the error says what is
            worth a look. It stays in <code>useConnection((s) =&gt; s.error)</code> until the link is up, and
            the attempts go on every 1.5 to 2 s, for ever: this story sets <code>reconnectAttempts</code> to{' '}
            <code>Infinity</code>. <strong>Stop refusing</strong> and wait, or try now.
          </p>
        }
        controls={<ServerControls server={server} groups={['handshakes', 'link']} />}
      >
        <ErrorPanel>
          <RetryButton>Try now</RetryButton>
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

function GivenUpStory() {
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
          <RetryButton>Try again</RetryButton>
          <Waiting />
        </ErrorPanel>
      </StoryPage>
    </WebSocketProvider>
  );
}

function RetryButton({ children }: { readonly children: string }) {
  const { reconnect } = useWebSocketService();
  const note = useNote();
  return (
    <button
      type="button"
      className="button primary"
      onClick={() => {
        note('You asked to reconnect');
        reconnect();
      }}
    >
      {children}
    </button>
  );
}

// ---- unauthorized ----

const FRESH = 'a-fresh-token';

function onlyFresh(token: string | null): boolean {
  return token === FRESH;
}

function UnauthorizedStory() {
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
            <SignInButtons
              onSignIn={() => {
                session.current = FRESH;
              }}
              onSignOut={() => {
                session.current = 'an-old-token';
                server.close(4401, 'signed out');
              }}
            />
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

interface SignInButtonsProps {
  readonly onSignIn: () => void;
  readonly onSignOut: () => void;
}

function SignInButtons({ onSignIn, onSignOut }: SignInButtonsProps) {
  const { reconnect } = useWebSocketService();
  const note = useNote();
  return (
    <>
      <button
        type="button"
        className="button primary"
        onClick={() => {
          note('You signed in');
          onSignIn();
          reconnect();
        }}
      >
        Sign in
      </button>
      <button
        type="button"
        className="button"
        onClick={() => {
          note('You signed out in another tab');
          onSignOut();
        }}
      >
        Sign out, in another tab
      </button>
    </>
  );
}

// ---- bad frames ----

interface BadFrame {
  readonly kind: GarbleKind;
  /** A part of the sentence in the error; null where the frame is harmless, and nothing is reported. */
  readonly reported: string | null;
}

const badFrames: readonly BadFrame[] = [
  { kind: 'json', reported: 'it is not JSON' },
  { kind: 'empty', reported: 'it is not JSON' },
  { kind: 'array', reported: 'not an object' },
  { kind: 'null', reported: 'not an object' },
  { kind: 'number', reported: 'not an object' },
  { kind: 'string', reported: 'not an object' },
  { kind: 'no-event', reported: 'no event name' },
  { kind: 'event-not-string', reported: 'no event name' },
  { kind: 'unsafe-seq', reported: 'not a safe whole number' },
  { kind: 'negative-seq', reported: 'not a safe whole number' },
  { kind: 'fractional-seq', reported: 'not a safe whole number' },
  { kind: 'string-seq', reported: 'not a safe whole number' },
  { kind: 'hello-without-id', reported: null },
  { kind: 'unknown-reply', reported: null },
  { kind: 'binary', reported: 'it is binary' },
  { kind: 'too-long', reported: 'longer than maxFrameLength' },
];

function BadFramesStory() {
  const server = useFakeServer();
  const [errors, setErrors] = useState<
    readonly { readonly id: number; readonly error: WebSocketServiceError }[]
  >([]);
  const onError = useCallback((error: WebSocketServiceError) => {
    setErrors((before) => [{ id: before.length, error }, ...before]);
  }, []);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays} onError={onError}>
      <StoryPage
        chapter={CHAPTER}
        title="Bad frames"
        sources={['src/service/inbox.ts']}
        prose={
          <p>
            A frame that is no event goes to <code>errors$</code>, and to the provider's <code>onError</code>,
            and changes nothing else: the link stays up, and the next good event arrives. Press the kinds, one
            by one. A hello without an id and a reply that nobody waits for are harmless, and say nothing.{' '}
            <strong>Ten bad ones in a row</strong> mean that the two sides have lost each other, and the link
            is replaced.
          </p>
        }
        controls={<ServerControls server={server} groups={['link', 'server']} />}
      >
        <div className="stack">
          <GarbleButtons server={server} />
          <FrameFigures bad={errors.filter(({ error }) => error.code === 'malformed-frame').length} />
          <ErrorList errors={errors} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function GarbleButtons({ server }: { readonly server: FakeServer }) {
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend is no flex item, and these are buttons. */}
      <div className="kinds" role="group" aria-label="Send a bad frame">
        {badFrames.map(({ kind }) => (
          <button key={kind} type="button" className="button small" onClick={() => server.garble(kind)}>
            {kind}
          </button>
        ))}
      </div>
      <div className="row">
        <button type="button" className="button" onClick={() => server.emit('good')}>
          A good event
        </button>
        <button
          type="button"
          className="button"
          onClick={() => {
            for (let n = 0; n < 10; n += 1) server.garble('json');
          }}
        >
          Ten in a row
        </button>
      </div>
    </>
  );
}

function FrameFigures({ bad }: { readonly bad: number }) {
  const good = useWsReducer('good', (sum: number) => sum + 1, 0);
  const lastClose = useConnection((state) => state.lastClose);
  return (
    <dl className="stats">
      <div>
        <dt>Bad frames reported</dt>
        <dd data-testid="bad">{bad}</dd>
      </div>
      <div>
        <dt>Good events heard</dt>
        <dd data-testid="good">{good}</dd>
      </div>
      <div>
        <dt>Last close</dt>
        <dd data-testid="closes">{lastClose?.code ?? '–'}</dd>
      </div>
    </dl>
  );
}

interface ErrorListProps {
  readonly errors: readonly { readonly id: number; readonly error: WebSocketServiceError }[];
}

function ErrorList({ errors }: ErrorListProps) {
  const id = useId();
  return (
    <div>
      <h3 id={id} className="legend">
        Told to onError
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and must do so without a mouse too. */}
      <section className="error-list" aria-labelledby={id} tabIndex={0}>
        {errors.length === 0 ? (
          <p className="empty">Nothing so far.</p>
        ) : (
          <ol>
            {errors.map(({ id: key, error }) => (
              <li key={key}>
                <code>{error.code}</code>
                <span>{error.message}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  );
}

// ---- invalid config ----

interface ConfigChoice {
  readonly label: string;
  /** As one would write it. */
  readonly code: string;
  readonly props: Partial<IWebSocketConfig>;
  /** A part of the error's sentence; null where there is none. */
  readonly sentence: RegExp | null;
  readonly outcome: 'connected' | 'disconnected' | 'reconnecting';
}

/** As if it came from a file without types. */
const misspelt: object = { reconectDelay: 500 };

const configs: readonly ConfigChoice[] = [
  {
    label: 'A config that works',
    code: 'reconnectDelay={1500}',
    props: {},
    sentence: null,
    outcome: 'connected',
  },
  {
    label: 'A url that is none',
    code: 'url="wss://"',
    props: { url: 'wss://' },
    sentence: /is not an address\. Write it like/,
    outcome: 'disconnected',
  },
  {
    label: 'A url with another scheme',
    code: 'url="ftp://example.com"',
    props: { url: 'ftp://example.com' },
    sentence: /has the scheme ftp:/,
    outcome: 'disconnected',
  },
  {
    label: 'A delay that is no number',
    code: "reconnectDelay={Number('soon')}",
    props: { reconnectDelay: Number.NaN },
    sentence: /The option "reconnectDelay" must be a number of milliseconds/,
    outcome: 'disconnected',
  },
  {
    label: 'A negative delay',
    code: 'reconnectJitter={-1}',
    props: { reconnectJitter: -1 },
    sentence: /The option "reconnectJitter" must be a number of milliseconds/,
    outcome: 'disconnected',
  },
  {
    label: 'A misspelt option',
    code: 'reconectDelay={500}',
    props: misspelt,
    sentence: /There is no option "reconectDelay"/,
    outcome: 'disconnected',
  },
  {
    label: 'A token function that throws',
    code: "token={() => { throw new Error('signed out') }}",
    props: {
      token: () => {
        throw new Error('signed out');
      },
    },
    sentence: /The token function failed: signed out/,
    outcome: 'reconnecting',
  },
  {
    label: 'A token function that hangs',
    code: 'token={() => new Promise(() => {})}  connectTimeout={800}',
    props: { token: () => new Promise<string>(() => {}), connectTimeout: 800 },
    sentence: /The url or token function did not answer within 800 ms/,
    outcome: 'reconnecting',
  },
  {
    label: 'A token function that returns nothing',
    code: "token={() => ''}",
    props: { token: () => '' },
    sentence: /The token function returned no token/,
    outcome: 'reconnecting',
  },
];

function InvalidConfigStory() {
  const server = useFakeServer();
  const [chosen, setChosen] = useState(configs[0]);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      // Someone else each time, so that each choice starts from the beginning.
      identity={chosen?.label}
      {...shortDelays}
      {...chosen?.props}
    >
      <StoryPage
        chapter={CHAPTER}
        title="A config that cannot work"
        sources={['src/service/config.ts']}
        prose={
          <p>
            Nothing throws, and nothing is quietly replaced by a default: the status is{' '}
            <code>disconnected</code>, the reason <code>invalid-config</code>, and the error says which
            option, and what it must be. A token function that fails is different, because the next time it
            may not: that is tried again, after 1.5 to 2 s. <strong>Choose a config</strong>; the provider's
            props are live.
          </p>
        }
        controls={<ServerControls server={server} groups={['handshakes', 'link']} />}
      >
        <div className="stack">
          <fieldset>
            <legend className="legend">The provider's props</legend>
            <div className="config-choices">
              {configs.map((choice) => (
                <label key={choice.label} className="choice">
                  <input
                    type="radio"
                    name="config"
                    checked={choice === chosen}
                    onChange={() => setChosen(choice)}
                  />
                  {choice.label}
                </label>
              ))}
            </div>
          </fieldset>
          <p className="snippet">
            <code>{`<WebSocketProvider ${chosen?.code ?? ''}>`}</code>
          </p>
          <ErrorPanel />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}
