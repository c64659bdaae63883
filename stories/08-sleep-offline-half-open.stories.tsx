/** What if nobody says that the link is dead, and who says that it could be back? */

import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  type ConnectionState,
  type IWebSocketConfig,
  useConnection,
  useConnectionStatus,
  useWebSocketService,
  useWsReducer,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { expect, waitFor } from 'storybook/test';
import { createNumberedStream, type NumberedStream } from './demo/numbered-stream.ts';
import { shortDelays } from './demo/short-delays.ts';
import { type WatchedWire, watchWire } from './demo/watched-wire.ts';
import { Countdown } from './ui/countdown.tsx';
import { EventStrip } from './ui/event-strip.tsx';
import { LinkTable } from './ui/link-table.tsx';
import { NoticeList } from './ui/notice-list.tsx';
import { PageListener, SignalButtons } from './ui/page-signals.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage, useNote } from './ui/story-page.tsx';
import { useFakeServer, useServerState } from './ui/use-fake-server.ts';
import { WireMonitor } from './ui/wire-monitor.tsx';

const meta = {
  title: '08 Sleep, offline, half-open',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '08 Sleep, offline, half-open';

/** Short, so that it can be watched. By default 30 and 10 s. */
const quickHeartbeat = { interval: 3_000, timeout: 1_500 } as const;

export const HalfOpen: StoryObj = {
  name: 'A link that died in silence',
  parameters: { code: ['08-heartbeat.tsx'] },
  render: () => <HalfOpenStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const figure = (name: string) => Number(canvas.getByTestId(name).textContent);
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));

    await step('the first ping is answered, and shows the latency', async () => {
      await waitFor(() => expect(canvas.getByTestId('latency')).toHaveTextContent(/^\d+ ms$/));
      await expect(canvas.getByTestId('last close')).toHaveTextContent('–');
    });

    await step('frozen: it still looks connected, and nothing arrives', async () => {
      await press('Freeze');
      await press('Send three');
      await expect(status).toHaveTextContent(/^connected$/);
      await expect(figure('heard')).toBe(0);
    });

    await step('the heartbeat finds it, and replaces it at once; nothing is lost', async () => {
      await waitFor(() => expect(canvas.getByTestId('last close')).toHaveTextContent('4000'));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await waitFor(() => expect(figure('heard')).toBe(3));
      await expect(canvas.getByTestId('found after')).toHaveTextContent(/^\d+\.\d s$/);
      await expect(canvas.getByText(/no answer to a ping/)).toBeVisible();
    });
  },
};

export const PageSignals: StoryObj = {
  name: 'The page comes back',
  parameters: { code: ['08-own-signals.tsx'] },
  render: () => <PageSignalsStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const lit = () => canvas.getByRole('table').querySelector('[aria-current]')?.textContent;
    const secondsLeft = () => Number.parseFloat(canvas.getByTestId('next').textContent ?? '');
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await waitFor(() => expect(lit()).toMatch(/^connected/));

    await step('waiting, and then given up: a signal is one attempt, and that is refused', async () => {
      await press('Refuse');
      await press('Close the link');
      await waitFor(() => expect(lit()).toMatch(/^waiting/));
      await expect(secondsLeft()).toBeGreaterThan(30);
      await press('online');
      await waitFor(() => expect(lit()).toMatch(/^given up/));
      await expect(status).toHaveTextContent('disconnected');
    });

    await step('given up: a signal starts over', async () => {
      await press('Refuse');
      await press('focus');
      await waitFor(() => expect(lit()).toMatch(/^waiting/));
      await expect(secondsLeft()).toBeLessThan(8);
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    });

    await step('connected: a signal asks for a sign of life', async () => {
      const before = Number(canvas.getByTestId('pings').textContent);
      await press('offline');
      await waitFor(() => expect(Number(canvas.getByTestId('pings').textContent)).toBeGreaterThan(before));
      await expect(status).toHaveTextContent(/^connected$/);
    });

    await step('disconnected by you: no signal brings it back', async () => {
      await press('Disconnect');
      await waitFor(() => expect(lit()).toMatch(/^disconnected by you/));
      for (const name of ['online', 'focus', 'visible']) await press(name);
      await expect(lit()).toMatch(/^disconnected by you/);
      await expect(canvas.getByTestId('next')).toHaveTextContent('–');
    });

    await step('waiting: a signal cuts a long wait short', async () => {
      await press('Connect');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await press('Close the link');
      await waitFor(() => expect(secondsLeft()).toBeGreaterThan(30));
      await press('visible');
      await waitFor(() => expect(secondsLeft()).toBeLessThan(3));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    });
  },
};

export const BackForwardCache: StoryObj = {
  name: 'The back/forward cache',
  parameters: { code: ['08-back-forward.tsx'] },
  render: () => <BackForwardStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const figure = (name: string) => Number(canvas.getByTestId(name).textContent);
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await waitFor(() => expect(canvas.getByTestId('link 1')).toHaveTextContent('new session'));
    await press('Send five');
    await waitFor(() => expect(figure('arrived')).toBe(5));

    await step('put away: no socket is left', async () => {
      await press('Leave the page');
      await waitFor(() => expect(canvas.getByTestId('sockets')).toHaveTextContent(/^0$/));
      await expect(status).toHaveTextContent('reconnecting');
      await press('Send five');
      await press('Send five');
      await expect(figure('awaited')).toBe(10);
    });

    await step('shown again: back at once, with everything that was sent meanwhile', async () => {
      await press('Come back');
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
      await waitFor(() => expect(figure('replayed')).toBe(10));
      await expect(canvas.getByTestId('link 2')).toHaveTextContent('resumed');
      await expect(figure('notices')).toBe(0);
      await expect(canvas.getByTestId('sockets')).toHaveTextContent(/^1$/);
    });
  },
};

// ---- half-open ----

function HalfOpenStory() {
  const server = useFakeServer({ resume: 'takeover', latencyMs: 30 });
  const [wire] = useState(() => watchWire(server.WebSocket));
  const [stream] = useState(() => createNumberedStream(server));
  useFreezeMarks(server, wire);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={wire.WebSocket}
      heartbeat={quickHeartbeat}
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="A link that died in silence"
        sources={['src/service/heartbeat.ts']}
        prose={
          <>
            <p>
              A cable, a router, a laptop lid: often nobody says that a link is dead, and its socket goes on
              calling itself open. So the service asks. After a ping something must be heard, or the link is
              let go with code 4000 and replaced at once. <strong>Freeze the link</strong>, send something,
              and watch: the server has kept it, and the new link brings it.
            </p>
            <p>
              Here a ping goes out every 3 s, and 1.5 s are time enough (<code>heartbeat</code>). By default
              they are 30 and 10 s, so a dead link is found within 40. Any frame is a sign of life, and a
              server that has never answered a ping is not suspected for it.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="Events">
              <Verb did="The server sent three events" title="Three events" onPress={() => stream.send(3)}>
                Send three
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <WireMonitor wire={wire} intervalMs={quickHeartbeat.interval} timeoutMs={quickHeartbeat.timeout} />
          <EventFigures stream={stream} server={server} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

/** What no socket can see, and the reader should. */
function useFreezeMarks(server: FakeServer, wire: WatchedWire): void {
  useEffect(() => {
    let wasFrozen = false;
    return server.onChange(() => {
      const isFrozen = server.faults.frozen > 0;
      if (isFrozen !== wasFrozen) wire.mark(isFrozen ? 'frozen' : 'thawed');
      wasFrozen = isFrozen;
    });
  }, [server, wire]);
}

interface EventFiguresProps {
  readonly stream: NumberedStream;
  readonly server: FakeServer;
}

function EventFigures({ stream, server }: EventFiguresProps) {
  const { sent } = useSyncExternalStore(stream.subscribe, stream.read);
  const heard = useWsReducer('tick', (sum: number) => sum + 1, 0);
  return (
    <dl className="stats">
      <div>
        <dt>Events sent</dt>
        <dd>{sent}</dd>
      </div>
      <div>
        <dt>Events heard</dt>
        <dd data-testid="heard">{heard}</dd>
      </div>
      <PingFigure server={server} />
    </dl>
  );
}

/** Pings are frames as others are: a server sees them, and should answer. */
function PingFigure({ server }: { readonly server: FakeServer }) {
  const pings = useSyncExternalStore(
    server.onMessage,
    () => server.received.filter(({ event }) => event === 'ping').length,
  );
  return (
    <div>
      <dt>Pings that reached the server</dt>
      <dd data-testid="pings">{pings}</dd>
    </div>
  );
}

// ---- page signals ----

/** One long wait, and one retry: to be cut short, and to be given up. */
const longWaits = { reconnectDelay: 45_000, reconnectJitter: 0, reconnectAttempts: 1 } as const;

/** Signals wait for up to 2 s, at random. Here always for 0.5 s: the reader is alone. */
const alwaysAQuarter = (): number => 0.25;

function PageSignalsStory() {
  const server = useFakeServer();
  const config: IWebSocketConfig = {
    url: server.url,
    WebSocket: server.WebSocket,
    random: alwaysAQuarter,
    minUptime: 500,
    ...longWaits,
  };
  return (
    <WebSocketProvider {...config}>
      <StoryPage
        chapter={CHAPTER}
        title="The page comes back"
        sources={['src/transport/wake-signals.ts', 'src/connection/lifecycle.ts']}
        prose={
          <>
            <p>
              The waits are long here, 45 s. <strong>Close the link</strong>, then fire an event of the page:
              whoever comes back to it should not have to wait. A browser fires these by itself, and they are
              in the log when it does; the buttons dispatch the same events. A machine that has slept is
              noticed by its clock, too.
            </p>
            <p>
              <strong>Refuse new links, close, and fire one</strong>: the attempt fails, it was the last, and
              it gives up. A signal revives it, no sooner than 5 s after the one before.{' '}
              <strong>Disconnect</strong>, and none does.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['handshakes']}>
            <ControlRow label="Link">
              <Verb
                did="You closed the link with 1001"
                title="A clean close: the server is going away. The whole wait, even if a signal has just come"
                onPress={() => server.close(1001, 'going away')}
              >
                Close the link
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <PageListener />
        <div className="stack">
          <div className="stack tight">
            <h3>Fire an event of the page</h3>
            <SignalButtons />
          </div>
          <WhatSignalsDo />
          <SignalFigures server={server} />
          <OwnControls config={config} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

type Situation = 'connected' | 'waiting' | 'given up' | 'disconnected by you' | 'trying';

const situations: readonly { readonly name: Situation; readonly effect: string }[] = [
  { name: 'connected', effect: 'a ping, to be answered within 5 s: an open socket may be dead' },
  { name: 'waiting', effect: 'an attempt within 2 s, never later than planned, at most one in 5 s' },
  { name: 'given up', effect: 'the same: it starts over' },
  { name: 'disconnected by you', effect: 'nothing: nobody listens' },
];

function situationOf({ status, reason, nextRetryAt }: ConnectionState): Situation {
  switch (status) {
    case 'connected':
      return 'connected';
    case 'disconnected':
      return reason === 'attempts-exhausted' ? 'given up' : 'disconnected by you';
    case 'connecting':
    case 'reconnecting':
      return nextRetryAt === null ? 'trying' : 'waiting';
    default:
      status satisfies never;
      return 'trying';
  }
}

function WhatSignalsDo() {
  const now = useConnection(situationOf);
  return (
    <table className="table situations">
      <thead>
        <tr>
          <th scope="col">While it is</th>
          <th scope="col">a signal means</th>
        </tr>
      </thead>
      <tbody>
        {situations.map(({ name, effect }) => (
          <tr key={name} aria-current={name === now ? 'true' : undefined}>
            <th scope="row">{name}</th>
            <td>{effect}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function SignalFigures({ server }: { readonly server: FakeServer }) {
  const attempts = useServerState(server, (one) => one.attempts);
  return (
    <dl className="stats">
      <div>
        <dt>Next attempt in</dt>
        <dd data-testid="next">
          <Countdown />
        </dd>
      </div>
      <div>
        <dt>Attempts</dt>
        <dd>{attempts}</dd>
      </div>
      <PingFigure server={server} />
    </dl>
  );
}

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
    </div>
  );
}

// ---- the back/forward cache ----

function BackForwardStory() {
  const server = useFakeServer();
  const [stream] = useState(() => createNumberedStream(server));
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="The back/forward cache"
        sources={['src/transport/wake-signals.ts', 'src/connection/lifecycle.ts']}
        prose={
          <p>
            A browser keeps a page that you leave, frozen as it is, and shows it again when you press Back. An
            open socket would keep it out of that cache, or die in it. So the link is closed when the page is
            put away (<code>pagehide</code>, persisted), and when it is shown again (<code>pageshow</code>)
            the session goes on at once. <strong>Leave the page, send, and come back</strong>. The two buttons
            dispatch the events that a browser fires, and the page stays where it is, so that you can watch.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Events">
              <Verb
                did="The server sent five events"
                title="Five events at once"
                onPress={() => stream.send(5)}
              >
                Send five
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <PageListener />
        <div className="stack">
          <Leaving server={server} />
          <EventStrip stream={stream} />
          <LinkTable server={server} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Leaving({ server }: { readonly server: FakeServer }) {
  const sockets = useServerState(server, ({ socketCount }) => socketCount);
  const status = useConnectionStatus();
  const [place, setPlace] = useState<'here' | 'away'>('here');
  // Other signals wake it too, and the browser has its own.
  const isAway = place === 'away' && status !== 'connected';
  const go = (to: 'here' | 'away'): void => {
    setPlace(to);
    const type = to === 'away' ? 'pagehide' : 'pageshow';
    window.dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
  };
  return (
    <div className="row">
      <button type="button" className="button" disabled={isAway} onClick={() => go('away')}>
        Leave the page
      </button>
      <button type="button" className="button" disabled={!isAway} onClick={() => go('here')}>
        Come back
      </button>
      <span className="hint number">
        Sockets open: <span data-testid="sockets">{sockets}</span>
      </span>
    </div>
  );
}
