/** One error, as the user, the developer's console and the code see it. */

import {
  type Logger,
  useConnection,
  useConnectionStatus,
  useWebSocketService,
  useWsEvent,
  useWsEventHandler,
  WebSocketProvider,
  type WebSocketServiceError,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ComponentType, type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { CodeText } from '../../ui/code-block.tsx';
import { Countdown } from '../../ui/countdown.tsx';
import { useLabelledBy } from '../../ui/page-view.ts';
import { StoryPage, useNote } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { type Account, type Situation, schemas, situations } from './situations.ts';

const { ConnectionNotice } = exportsOf<{ ConnectionNotice: ComponentType<{ signIn: () => void }> }>(
  import.meta.glob('../../../.storybook/code/05-notice.tsx', { eager: true }),
);

interface LogLine {
  readonly id: number;
  readonly level: keyof Logger;
  readonly text: string;
}

/** As many as are shown. */
const KEPT_LINES = 6;

export function ThreeReadersStory() {
  const account = useRef<Account>({ isSignedIn: true });
  const server = useFakeServer({ token: () => account.current.isSignedIn });
  const [chosen, setChosen] = useState<Situation>(situations[0]);
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [last, setLast] = useState<WebSocketServiceError | null>(null);
  const nextId = useRef(0);
  const logger = useMemo<Logger>(() => {
    const write = (level: keyof Logger) => (text: string) => {
      nextId.current += 1;
      const line = { id: nextId.current, level, text };
      setLines((before) => [...before, line].slice(-KEPT_LINES));
    };
    return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  }, []);
  const signIn = (): void => {
    account.current.isSignedIn = true;
    server.refuse(false);
  };
  const choose = (situation: Situation): void => {
    signIn();
    setLines([]);
    setLast(null);
    setChosen(situation);
  };
  usePrices(server);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token="a-token"
      auth="message"
      identity="reader"
      schemas={schemas}
      logger={logger}
      onError={setLast}
      reconnectAttempts={3}
      {...shortDelays}
      {...chosen.props}
    >
      <StoryPage
        chapter={CHAPTER}
        title="One error, three readers"
        sources={['src/errors.ts', 'src/sentences.ts', 'src/service/reporting/reporter.ts']}
        lead="Choose what goes wrong, and see what your user, your console and your code get."
        notes={<Notes />}
        controls={
          <SituationCard
            chosen={chosen}
            onChoose={choose}
            onConnected={({ act }) => act?.(server, account.current)}
          />
        }
      >
        <div className="readers">
          <UserPane signIn={signIn} />
          <CodePane last={last} />
          <ConsolePane lines={lines} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Notes() {
  return (
    <>
      <p>
        <strong>Your user</strong> needs to know what to do, and no more: the status and the{' '}
        <code>reason</code> are enough for that. A malformed frame or an event with wrong data changes nothing
        for the user: the link stays up, and the next good event arrives.
      </p>
      <p>
        <strong>Your console</strong> gets a sentence that names the cause and what to do. Pass{' '}
        <code>{'logger={console}'}</code>: by default nothing is logged.
      </p>
      <p>
        <strong>Your code</strong> gets a <code>WebSocketServiceError</code> with a <code>code</code> that you
        can compare, and <code>details</code>. What prevents a connection is in the state until the link is
        up; everything is in <code>errors$</code> and <code>onError</code>. No token is in any of them.
      </p>
      <p>
        The attempts are 1.5 to 2 s apart here, and after three more it gives up; by default they are 3 to 5 s
        apart, and there are seven. docs/errors.md lists every code.
      </p>
    </>
  );
}

interface SituationCardProps {
  readonly chosen: Situation;
  readonly onChoose: (situation: Situation) => void;
  /** What the situation does can be done: there is a link. */
  readonly onConnected: (situation: Situation) => void;
}

function SituationCard({ chosen, onChoose, onConnected }: SituationCardProps) {
  const note = useNote();
  const { isConnected, reconnect } = useWebSocketService();
  const headingId = useId();
  const [wanted, setWanted] = useState<Situation | null>(null);
  const status = useConnectionStatus();
  useEffect(() => {
    if (wanted === null || status !== 'connected') return;
    setWanted(null);
    onConnected(wanted);
  }, [wanted, status, onConnected]);
  return (
    <fieldset className="card controls" aria-labelledby={useLabelledBy(headingId)}>
      <legend id={headingId} className="card-legend">
        What goes wrong
      </legend>
      {situations.map((situation) => (
        <label key={situation.label} className="choice">
          <input
            type="radio"
            name="situation"
            checked={situation === chosen}
            onChange={() => {
              note(situation.label);
              onChoose(situation);
              setWanted(situation);
              // The one before may have ended it.
              if (!isConnected()) reconnect();
            }}
          />
          {situation.label}
        </label>
      ))}
    </fieldset>
  );
}

function Pane({ title, kind, children }: { title: string; kind: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="reader" data-kind={kind} aria-labelledby={useLabelledBy(id)}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

/** An app that shows one price, and the notice of the code below. */
function UserPane({ signIn }: { readonly signIn: () => void }) {
  const { reconnect } = useWebSocketService();
  const price = useWsEvent('price')?.data as { readonly price: number } | undefined;
  // In an app, a real one; here it must throw.
  useWsEventHandler('rude', () => {
    throw new Error('price is undefined');
  });
  return (
    <Pane title="Your user sees" kind="user">
      <div className="user-app" data-testid="user">
        <p className="user-price">
          ALFA <strong className="number">{price === undefined ? '–' : price.price.toFixed(2)}</strong>
        </p>
        <ConnectionNotice
          signIn={() => {
            signIn();
            reconnect();
          }}
        />
      </div>
    </Pane>
  );
}

function CodePane({ last }: { readonly last: WebSocketServiceError | null }) {
  const { status, reason, error, isWaiting } = useConnection((state) => ({
    status: state.status,
    reason: state.reason,
    error: state.error,
    isWaiting: state.nextRetryAt !== null,
  }));
  const state = `status: '${status}'\nreason: ${quoted(reason)}\nerror: ${quoted(error?.code ?? null)}`;
  const told =
    last === null
      ? 'Nothing so far.'
      : `code: '${last.code}'\nmessage: '${last.message}'\ndetails: ${JSON.stringify(last.details)}`;
  return (
    <Pane title="Your code gets" kind="code">
      <h4>useConnection()</h4>
      <pre>
        <CodeText code={state} />
        {isWaiting && (
          <>
            {'\n'}next attempt in <Countdown />
          </>
        )}
      </pre>
      <h4>onError(error)</h4>
      <pre data-testid="told">{last === null ? told : <CodeText code={told} />}</pre>
    </Pane>
  );
}

function quoted(name: string | null): string {
  return name === null ? 'null' : `'${name}'`;
}

function ConsolePane({ lines }: { readonly lines: readonly LogLine[] }) {
  return (
    <Pane title="Your console shows" kind="console">
      <ol className="console" data-testid="console">
        {lines.length === 0 && <li>Nothing so far.</li>}
        {lines.map(({ id, level, text }) => (
          <li key={id} data-level={level}>
            <span className="console-level">{level}</span> {text}
          </li>
        ))}
      </ol>
    </Pane>
  );
}

const EVERY_MS = 700;

function usePrices(server: FakeServer): void {
  useEffect(() => {
    let price = 100;
    const timer = setInterval(() => {
      price += Math.random() - 0.5;
      if (server.connections.length > 0) server.emit('price', { price });
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [server]);
}
