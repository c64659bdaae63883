/** A page whose signals the reader fires: online, focus, visible. */

import {
  type ConnectionState,
  type IWebSocketConfig,
  useConnection,
  useWebSocketService,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { Countdown } from '../../ui/countdown.tsx';
import { NoteButton } from '../../ui/note-button.tsx';
import { PageListener, SignalButtons } from '../../ui/page-signals.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer, useServerState } from '../../ui/use-fake-server.ts';
import { CHAPTER } from './chapter.ts';
import { PingFigure } from './half-open.tsx';

/** One long wait, and one retry: the reader can shorten the wait, or let it give up. */
const longWaits = { reconnectDelay: 45_000, reconnectJitter: 0, reconnectAttempts: 1 } as const;

/** After a signal, a client waits for up to 2 s, at random. Here always for 0.5 s: there is only one client. */
const alwaysAQuarter = (): number => 0.25;

export function PageSignalsStory() {
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
        lead="Close the link, then fire an event: it reconnects at once instead of after 45 s."
        notes={
          <>
            <p>
              Browsers fire these events by themselves when the user comes back; the buttons dispatch the same
              ones. A machine that slept is noticed by its clock.
            </p>
            <p>
              Refuse new links, close, and fire one: the attempt fails, was the last, and the connection gives
              up. A signal starts it again, at most once in 5 s. After <strong>Disconnect</strong>, none does.
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
  { name: 'disconnected by you', effect: 'nothing' },
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
  return (
    <div className="row">
      <NoteButton did="You asked to connect" onPress={() => service.connect(config)}>
        Connect
      </NoteButton>
      <NoteButton did="You asked to disconnect" onPress={() => service.disconnect()}>
        Disconnect
      </NoteButton>
    </div>
  );
}
