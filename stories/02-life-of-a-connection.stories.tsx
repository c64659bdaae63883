/** Which states can a connection be in, and what leads from one to the next? */

import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  type IWebSocketConfig,
  type IWebSocketEvent,
  useConnection,
  useMissedEvents,
  useWebSocketService,
  useWsEvents,
  useWsReducer,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useCallback, useEffect, useRef, useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { shortDelays } from './demo/short-delays.ts';
import { Countdown } from './ui/countdown.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StatusDiagram } from './ui/status-diagram.tsx';
import { StoryPage, useNote } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '02 The life of a connection',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

/** Few attempts, and short ones: giving up is one of the things to see. */
const quickToGiveUp = { ...shortDelays, reconnectAttempts: 4, connectTimeout: 6_000 } as const;

export const EveryStatus: StoryObj = {
  name: 'Every status',
  parameters: { code: ['02-banner.tsx'] },
  render: () => <EveryStatusStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const factOf = (name: string) => canvas.getByText(name, { selector: 'dt' }).nextElementSibling;
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await waitFor(() => expect(factOf('Connection id')).not.toHaveTextContent(/^–$/));

    await step('disconnected: because we asked for it', async () => {
      await press('Disconnect');
      await waitFor(() => expect(status).toHaveTextContent('disconnected'));
      await expect(factOf('Reason')).toHaveTextContent('client');
      await expect(factOf('Connection id')).toHaveTextContent('–');
    });

    await step('connecting: the server does not answer', async () => {
      await press('Stall');
      await press('Connect');
      await waitFor(() => expect(status).toHaveTextContent(/^connecting$/));
      await expect(canvas.getByRole('img')).toHaveAccessibleName(
        'The connection went from disconnected to connecting.',
      );
    });

    await step('connected: it answers the next attempt', async () => {
      await press('Stall');
      await press('Reconnect');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    });

    await step('reconnecting: with the attempt, the countdown and the last close', async () => {
      await press('Drop');
      await waitFor(() => expect(status).toHaveTextContent('reconnecting'));
      await expect(factOf('Failures in a row')).toHaveTextContent('1');
      await expect(factOf('Next attempt in')).toHaveTextContent(/^[012]\.\d s$/);
      await expect(factOf('Last close')).toHaveTextContent('1006, not clean');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await expect(factOf('Next attempt in')).toHaveTextContent('–');
    });
  },
};

export const NothingLost: StoryObj = {
  name: 'Nothing lost in silence',
  parameters: { code: ['02-nothing-lost.tsx'] },
  render: () => <NothingLostStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const heard = () => Number(canvas.getByTestId('heard').textContent);
    const sent = () => Number(canvas.getByTestId('sent').textContent);
    const ticking = canvas.getByRole('checkbox', { name: 'Send one each second' });
    await userEvent.click(ticking);
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));

    await step('every event that is sent arrives', async () => {
      await press('Send three');
      await waitFor(() => expect(heard()).toBe(sent()));
    });

    await step('what was sent while the link was down is replayed, and nobody is bothered', async () => {
      await press('Drop');
      await press('Send three');
      await waitFor(() => expect(status).toHaveTextContent('reconnecting'));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await waitFor(() => expect(heard()).toBe(sent()));
      await expect(canvas.getByTestId('notices')).toHaveTextContent(/^0$/);
    });

    await step('what gets lost on the way is asked for again, and nobody is bothered', async () => {
      await press('Lose');
      await press('Send three');
      await waitFor(() => expect(heard()).toBe(sent()));
      await canvas.findByText(/close 4001/);
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await expect(canvas.getByTestId('notices')).toHaveTextContent(/^0$/);
    });

    await step('an event that comes twice is given once', async () => {
      await press('Duplicate');
      await press('Send three');
      await waitFor(() => expect(heard()).toBe(sent()));
      await expect(canvas.getByTestId('twice')).toHaveTextContent(/^0$/);
    });

    await step('a server that has forgotten us is told, exactly once', async () => {
      await press('Restart');
      await waitFor(() => expect(status).toHaveTextContent('reconnecting'));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await waitFor(() => expect(canvas.getByTestId('notices')).toHaveTextContent(/^1$/));
      await expect(canvas.getByTestId('reason')).toHaveTextContent('new-session');
    });

    await userEvent.click(ticking);
  },
};

// ---- every status ----

function EveryStatusStory() {
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

/** In an app the provider does all this; here the reader does. */
function OwnControls({ config }: { readonly config: IWebSocketConfig }) {
  const service = useWebSocketService();
  const note = useNote();
  return (
    <div className="row">
      <button
        type="button"
        className="button"
        onClick={() => {
          note('You asked to connect');
          service.connect(config);
        }}
      >
        Connect
      </button>
      <button
        type="button"
        className="button"
        onClick={() => {
          note('You asked to disconnect');
          service.disconnect();
        }}
      >
        Disconnect
      </button>
      <button
        type="button"
        className="button"
        onClick={() => {
          note('You asked to reconnect');
          service.reconnect();
        }}
      >
        Reconnect
      </button>
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

// ---- nothing lost in silence ----

const SHOWN_EVENTS = 18;
const TICK_MS = 1_000;

function NothingLostStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const { sent, send, isTicking, setTicking } = useTicks(server);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter="02 The life of a connection"
        title="Nothing lost in silence"
        sources={['src/stream/sequence.ts']}
        prose={
          <>
            <p>
              The server numbers its events. When a link breaks, the next one goes on from the last number,
              and the server replays what was sent meanwhile: <strong>drop the link</strong> and watch the
              numbers catch up. <strong>Lose</strong> one on the way, and it is asked for in the same manner.
            </p>
            <p>
              Where that can't be done, <code>useMissedEvents</code> is told once, before the next event:{' '}
              <strong>restart</strong> the server, or <strong>skip</strong> a number, which no server can
              send. An event that comes twice is given once. Chapter 06 follows every single one.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'events', 'server']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={isTicking}
                onChange={(event) => setTicking(event.target.checked)}
              />
              Send one each second
            </label>
            <ControlRow label="By hand">
              <Verb did="The server sent three events" title="Three events at once" onPress={() => send(3)}>
                Send three
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Ticks sent={sent} />
      </StoryPage>
    </WebSocketProvider>
  );
}

interface Tally {
  readonly heard: number;
  readonly last: number;
  readonly twice: number;
}

const nothingHeard: Tally = { heard: 0, last: 0, twice: 0 };

function numberIn({ data }: IWebSocketEvent): number {
  return (data as { readonly n: number }).n;
}

function count(tally: Tally, event: IWebSocketEvent): Tally {
  const n = numberIn(event);
  return n > tally.last
    ? { ...tally, heard: tally.heard + 1, last: n }
    : { ...tally, heard: tally.heard + 1, twice: tally.twice + 1 };
}

function Ticks({ sent }: { readonly sent: number }) {
  const tally = useWsReducer('tick', count, nothingHeard);
  const latest = useWsEvents('tick', { limit: SHOWN_EVENTS });
  const [notices, setNotices] = useState({ count: 0, reason: '–' });
  useMissedEvents(({ reason }) => setNotices((before) => ({ count: before.count + 1, reason })));
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Sent</dt>
          <dd data-testid="sent">{sent}</dd>
        </div>
        <div>
          <dt>Heard</dt>
          <dd data-testid="heard">{tally.heard}</dd>
        </div>
        <div>
          <dt>Heard twice</dt>
          <dd data-testid="twice">{tally.twice}</dd>
        </div>
        <div>
          <dt>Notices</dt>
          <dd data-testid="notices">{notices.count}</dd>
        </div>
        <div>
          <dt>Last reason</dt>
          <dd data-testid="reason">{notices.reason}</dd>
        </div>
      </dl>
      <div className="stack">
        <h3 id="ticks-heading">The last {SHOWN_EVENTS} events</h3>
        <ol className="chips" aria-labelledby="ticks-heading">
          {latest.map((event) => (
            <li key={numberIn(event)} className="chip">
              {numberIn(event)}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

function useTicks(server: FakeServer) {
  const [sent, setSent] = useState(0);
  const sentEver = useRef(0);
  const [isTicking, setTicking] = useState(true);
  const send = useCallback(
    (times: number): void => {
      // Nobody has come yet: an event would reach no session.
      if (server.attempts === 0) return;
      for (let left = times; left > 0; left -= 1) {
        sentEver.current += 1;
        server.emit('tick', { n: sentEver.current });
      }
      setSent(sentEver.current);
    },
    [server],
  );
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => send(1), TICK_MS);
    return () => clearInterval(timer);
  }, [send, isTicking]);
  return { sent, send, isTicking, setTicking };
}
