/** Chapter 03: one socket for all components, and renders only for those whose event came. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import {
  useConnection,
  useConnectionStatus,
  useWsEvent,
  useWsEventHandler,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { memo, useEffect, useRef, useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { shortDelays } from './demo/short-delays.ts';
import { stepsOf } from './demo/steps.ts';
import { RenderCounter } from './ui/render-counter.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer, useServerState } from './ui/use-fake-server.ts';

const meta = {
  title: '03 One socket, many components',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const names = [
  'orders',
  'payments',
  'refunds',
  'signups',
  'visits',
  'searches',
  'reviews',
  'uploads',
  'emails',
  'alerts',
] as const;

const MANY = 1_000;
const CROWD = 100;

export const TenSubscribers: StoryObj = {
  name: 'Ten subscribers and more',
  parameters: { code: ['03-subscribers.tsx'] },
  render: () => <OneSocketStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus, waitForFigure, expectFigure } = stepsOf({ canvas, userEvent });
    const rendersOf = (name: string) => Number(canvas.getByTestId(`renders ${name}`).textContent);
    await waitForStatus('connected');
    const isShown = (name: string) =>
      waitFor(() => expect(rendersOf(name), `${name} is on the page`).toBeGreaterThan(0));
    await Promise.all([...names, 'status', 'whole state', 'handler'].map(isShown));

    await step('ten components and more, one socket', async () => {
      await expectFigure('sockets open', /^1$/);
      await expectFigure('sockets made', /^1$/);
    });

    await step('1,000 events of one name: every one heard, next to nothing rendered', async () => {
      const before = new Map([...names, 'status', 'handler'].map((name) => [name, rendersOf(name)]));
      await press('Send 1,000');
      await waitForFigure('heard', '1,000');
      await waitForFigure('value orders', '1,000');
      await expect(rendersOf('orders') - Number(before.get('orders'))).toBeLessThanOrEqual(3);
      for (const name of [...names.slice(1), 'status', 'handler']) {
        await expect(rendersOf(name), name).toBe(before.get(name));
      }
    });

    await step('a hundred more subscribers open no other socket', async () => {
      await userEvent.click(canvas.getByRole('checkbox', { name: '100 more on orders' }));
      await waitFor(() => expect(canvas.getAllByTestId('extra')).toHaveLength(100));
      await expect(canvas.getAllByTestId('extra')[99]).toHaveTextContent('1,000');
      await expectFigure('sockets open', /^1$/);
      await expectFigure('sockets made', /^1$/);
      await userEvent.click(canvas.getByRole('checkbox', { name: '100 more on orders' }));
    });
  },
};

function OneSocketStory() {
  const server = useFakeServer();
  const [crowd, setCrowd] = useState<'ten' | 'many'>('ten');
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter="03 One socket, many components"
        title="One socket, many components"
        sources={['src/stream/event-stream.ts', 'hooks/use-ws-event.ts']}
        lead="Send 1,000 events of one name: only the tile of that name renders, and only once per frame."
        notes={
          <>
            <p>
              Each component below listens for itself, and all share one socket. The handler gets all 1,000
              events without a render.
            </p>
            <p>
              The component that reads the whole state renders with every frame that brings events. The one
              that reads only the status does not: drop the link to see it render once.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <SendControls server={server} />
            <label className="choice">
              <input
                type="checkbox"
                checked={crowd === 'many'}
                onChange={(event) => setCrowd(event.target.checked ? 'many' : 'ten')}
              />
              100 more on orders
            </label>
          </ServerControls>
        }
      >
        <div className="stack">
          <Sockets server={server} subscribers={names.length + 3 + (crowd === 'many' ? CROWD : 0)} />
          <h3>One name each, with useWsEvent</h3>
          <div className="tiles">
            {names.map((name) => (
              <NameTile key={name} name={name} />
            ))}
          </div>
          <h3>A handler of orders, the status alone, and the whole state</h3>
          <div className="tiles">
            <HandlerTile />
            <StatusTile />
            <WholeStateTile />
          </div>
          {crowd === 'many' && <Crowd />}
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function SendControls({ server }: { readonly server: FakeServer }) {
  const [name, setName] = useState<string>(names[0]);
  const sent = useRef(new Map<string, number>());
  const send = (times: number): void => {
    const before = sent.current.get(name) ?? 0;
    for (let n = 1; n <= times; n += 1) server.emit(name, { n: before + n });
    sent.current.set(name, before + times);
  };
  return (
    <>
      <ControlRow label="Event">
        <select
          className="select small"
          aria-label="Event name"
          value={name}
          onChange={(event) => setName(event.target.value)}
        >
          {names.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </ControlRow>
      <ControlRow label="Send">
        <Verb did={`The server sent ${name}`} title="One event" onPress={() => send(1)}>
          Send 1
        </Verb>
        <Verb did={`The server sent 1,000 × ${name}`} title="A burst, in one go" onPress={() => send(MANY)}>
          Send 1,000
        </Verb>
      </ControlRow>
    </>
  );
}

interface SocketsProps {
  readonly server: FakeServer;
  readonly subscribers: number;
}

function Sockets({ server, subscribers }: SocketsProps) {
  const open = useServerState(server, ({ socketCount }) => socketCount);
  const made = useServerState(server, ({ socketsConstructed }) => socketsConstructed);
  return (
    <dl className="stats headline">
      <div>
        <dt>Sockets open</dt>
        <dd data-testid="sockets open">{open}</dd>
      </div>
      <div>
        <dt>Sockets ever made</dt>
        <dd data-testid="sockets made">{made}</dd>
      </div>
      <div>
        <dt>Subscribers</dt>
        <dd>{subscribers}</dd>
      </div>
    </dl>
  );
}

const NameTile = memo(function NameTile({ name }: { readonly name: string }) {
  const latest = useWsEvent(name);
  return (
    <div className="tile">
      <span className="tile-name">{name}</span>
      <span className="tile-value" data-testid={`value ${name}`}>
        {latest === undefined ? '–' : shown(latest.data)}
      </span>
      <RenderCounter label={name} />
    </div>
  );
});

/** Writes to the page directly, so that the counter below proves that no event renders. */
const HandlerTile = memo(function HandlerTile() {
  const heard = useRef(0);
  const value = useRef<HTMLSpanElement>(null);
  const frame = useRef(0);
  useWsEventHandler('orders', () => {
    heard.current += 1;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (value.current !== null) value.current.textContent = heard.current.toLocaleString('en');
    });
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return (
    <div className="tile">
      <span className="tile-name">on orders</span>
      <span className="tile-value">
        <span ref={value} data-testid="heard">
          0
        </span>
      </span>
      <RenderCounter label="handler" />
    </div>
  );
});

const StatusTile = memo(function StatusTile() {
  const status = useConnectionStatus();
  return (
    <div className="tile">
      <span className="tile-name">status only</span>
      <span className="tile-value">{status}</span>
      <RenderCounter label="status" />
    </div>
  );
});

const WholeStateTile = memo(function WholeStateTile() {
  const { lastEventId } = useConnection();
  return (
    <div className="tile">
      <span className="tile-name">whole state</span>
      <span className="tile-value">#{lastEventId ?? '–'}</span>
      <RenderCounter label="whole state" />
    </div>
  );
});

function Crowd() {
  return (
    <ul className="chips" aria-label="100 more subscribers">
      {Array.from({ length: CROWD }, (_, index) => `subscriber ${index}`).map((key) => (
        <CrowdMember key={key} />
      ))}
    </ul>
  );
}

function CrowdMember() {
  const latest = useWsEvent('orders');
  return (
    <li className="chip" data-testid="extra">
      {latest === undefined ? '–' : shown(latest.data)}
    </li>
  );
}

function shown(data: unknown): string {
  return (data as { readonly n: number }).n.toLocaleString('en');
}
