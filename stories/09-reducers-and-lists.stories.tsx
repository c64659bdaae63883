/** How does a component build its own state from a stream, and how does that state stay right? */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { useWsEventHandler, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ComponentType, memo, useEffect, useId, useState, useSyncExternalStore } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { createStore, type StoreApi, useStore } from 'zustand';
import { createMarket, LEVELS, type Level } from './demo/market.ts';
import { createScoreDesk, type Score, type ScoreDesk } from './demo/score-desk.ts';
import { shortDelays } from './demo/short-delays.ts';
import { exportsOf } from './ui/book-code.ts';
import { NoticeList } from './ui/notice-list.tsx';
import { RenderCounter } from './ui/render-counter.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '09 Reducers and lists',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '09 Reducers and lists';

/** What the page shows, and what it has been sent. */
interface Book {
  readonly levels: Readonly<Record<number, Level>>;
  readonly changes: number;
}

const { useOrderBook } = exportsOf<{ useOrderBook: () => Book }>(
  import.meta.glob('../.storybook/code/09-order-book.tsx', { eager: true }),
);
const { Trades } = exportsOf<{ Trades: ComponentType<{ limit: number }> }>(
  import.meta.glob('../.storybook/code/09-trades.tsx', { eager: true }),
);
const { LateComer } = exportsOf<{ LateComer: ComponentType }>(
  import.meta.glob('../.storybook/code/09-late-mount.tsx', { eager: true }),
);

const BURST = 5_000;
const LIMIT = 8;

export const AnOrderBook: StoryObj = {
  name: 'A fold: an order book',
  parameters: { code: ['09-order-book.tsx'] },
  render: () => <OrderBookStory />,
  play: async ({ canvas, userEvent, step }) => {
    const number = (name: string) => Number(canvas.getByTestId(name).textContent?.replaceAll(',', ''));
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    await connected(canvas);
    await userEvent.click(canvas.getByRole('checkbox', { name: 'Trading goes on' }));

    await step('every change is folded in, and few of them are rendered', async () => {
      const renders = number('renders book');
      await press('5,000 at once');
      await waitFor(() => expect(number('folded')).toBe(number('sent')));
      await expect(number('sent')).toBeGreaterThanOrEqual(BURST);
      await expect(number('renders book') - renders).toBeLessThanOrEqual(5);
    });

    await step('what is shown is what the server has', async () => {
      await expect(canvas.getAllByRole('row')).toHaveLength(LEVELS * 2 + 1);
      await expect(canvas.getByTestId('verdict')).toHaveTextContent('the same');
    });

    await step('also after a link that was lost meanwhile', async () => {
      await press('Drop, and send 50');
      await waitFor(() => expect(number('folded')).toBe(number('sent')));
      await expect(canvas.getByTestId('verdict')).toHaveTextContent('the same');
    });

    await userEvent.click(canvas.getByRole('checkbox', { name: 'Trading goes on' }));
  },
};

export const AList: StoryObj = {
  name: 'A list, with a limit',
  parameters: { code: ['09-trades.tsx'] },
  render: () => <ListStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const list = () => within(canvas.getByRole('region', { name: 'The trades' })).queryAllByRole('listitem');
    await connected(canvas);

    await step('it grows', async () => {
      await press('One trade');
      await waitFor(() => expect(list()).toHaveLength(1));
    });

    await step('up to the limit: the oldest goes', async () => {
      await press('1,000 trades');
      await waitFor(() => expect(list()).toHaveLength(LIMIT));
    });

    await step('another limit is used at once, on what is there', async () => {
      await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'limit' }), '3');
      await waitFor(() => expect(list()).toHaveLength(3));
      await userEvent.selectOptions(canvas.getByRole('combobox', { name: 'limit' }), String(LIMIT));
    });

    await step('a new session counts from the start again: a seq comes twice, an id does not', async () => {
      await press('Restart');
      await waitFor(() => expect(canvas.getByTestId('notices')).toHaveTextContent('1'));
      await connected(canvas);
      await press('One trade');
      await waitFor(() => expect(list().at(-1)).toBeVisible());
      await expect(list()).toHaveLength(LIMIT);
    });
  },
};

export const ALateMount: StoryObj = {
  name: 'What a late mount sees',
  parameters: { code: ['09-late-mount.tsx'] },
  render: () => <LateMountStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const facts = () => [...canvas.getByTestId('late').querySelectorAll('dd')].map((dd) => dd.textContent);
    await connected(canvas);
    await press('Five trades');

    await step('the newest event is there at once; a list and a fold begin with the mount', async () => {
      await press('Mount it');
      await waitFor(() => expect(facts()[0]).toMatch(/^\d+\.\d\d$/));
      await expect(facts().slice(1)).toEqual(['0', '0']);
    });

    await step('from then on each has every event', async () => {
      await press('Five trades');
      await waitFor(() => expect(facts()[1]).toBe('5'));
      await expect(Number(facts()[2])).toBeGreaterThanOrEqual(5);
    });

    await step('mounted anew, it begins anew', async () => {
      await press('Unmount it');
      await press('Five trades');
      await press('Mount it');
      await waitFor(() => expect(facts().slice(1)).toEqual(['0', '0']));
      await expect(facts()[0]).toMatch(/^\d+\.\d\d$/);
    });
  },
};

export const AfterABreak: StoryObj = {
  name: 'Begin anew after a break',
  parameters: { code: ['09-snapshot.tsx'] },
  render: () => <SnapshotStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const number = (name: string) => Number(canvas.getByTestId(name).textContent);
    const verdict = () => canvas.getByTestId('verdict');
    await connected(canvas);

    await step('events alone keep the table right while nothing is missed', async () => {
      await press('Score ten');
      await waitFor(() => expect(number('heard')).toBe(10));
      await expect(verdict()).toHaveTextContent('the same');
    });

    await step(
      'the server restarts, and scores go on: events are held while the table is fetched',
      async () => {
        await press('Restart, and score on');
        await waitFor(() => expect(canvas.getByTestId('resync')).toHaveTextContent('fetching'));
        await press('Score ten');
        await expect(number('heard')).toBe(10);
        await expect(verdict()).toHaveTextContent('not yet');
      },
    );

    await step('then they are handed out, on top of the snapshot, and nothing is wrong', async () => {
      await waitFor(() => expect(canvas.getByTestId('resync')).toHaveTextContent('done'));
      await waitFor(() => expect(number('heard')).toBe(20));
      await expect(verdict()).toHaveTextContent('the same');
      await expect(number('notices')).toBe(1);
    });

    await step('a snapshot that can’t be had holds nothing back, and is reported', async () => {
      await userEvent.click(canvas.getByRole('checkbox', { name: 'Fetching fails' }));
      await press('Restart, and score on');
      await waitFor(() => expect(canvas.getByTestId('resync')).toHaveTextContent('failed'));
      await waitFor(() => expect(canvas.getAllByText('resync-failed')[0]).toBeVisible());
      await userEvent.click(canvas.getByRole('checkbox', { name: 'Fetching fails' }));
    });

    await step('and the next break makes it good', async () => {
      await press('Restart, and score on');
      await waitFor(() => expect(canvas.getByTestId('resync')).toHaveTextContent('done'));
      await waitFor(() => expect(verdict()).toHaveTextContent('the same'));
    });
  },
};

type Canvas = Parameters<NonNullable<StoryObj['play']>>[0]['canvas'];

async function connected(canvas: Canvas): Promise<void> {
  const status = await canvas.findByRole('status');
  await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
}

// ---- a fold ----

const TRADING_EVERY_MS = 100;

function OrderBookStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [trading, setTrading] = useState<'on' | 'off'>('on');
  const [sent, setSent] = useState(0);
  const change = (times: number): void => {
    market.change(times);
    setSent((before) => before + times);
  };
  useEffect(() => {
    if (trading === 'off') return;
    const timer = setInterval(() => {
      // Nobody has come yet: an event would reach no session.
      if (server.connections.length === 0) return;
      market.change(20);
      setSent((before) => before + 20);
    }, TRADING_EVERY_MS);
    return () => clearInterval(timer);
  }, [server, market, trading]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A fold: an order book"
        sources={['hooks/use-ws-reducer.ts', 'hooks/create-fold.ts']}
        prose={
          <p>
            <code>useWsReducer</code> folds every event of a name into a state of your own: nothing is
            skipped, however fast they come, and the component renders at most once a frame. Twenty changes
            come in every tenth of a second. <strong>Send 5,000 at once</strong>: all of them are folded in,
            and the book renders once or twice. Like every reducer it is pure; a side effect belongs in{' '}
            <code>useWsEventHandler</code>.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={trading === 'on'}
                onChange={(event) => setTrading(event.target.checked ? 'on' : 'off')}
              />
              Trading goes on
            </label>
            <ControlRow label="Changes">
              <Verb did="5,000 changes at once" title="5,000 events in one go" onPress={() => change(BURST)}>
                5,000 at once
              </Verb>
              <Verb
                did="You dropped the link, and 50 changes were sent"
                title="Fewer than the server keeps: they are replayed"
                onPress={() => {
                  server.drop();
                  change(50);
                }}
              >
                Drop, and send 50
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <OrderBook truth={market.levels} sent={sent} />
      </StoryPage>
    </WebSocketProvider>
  );
}

interface OrderBookProps {
  readonly truth: ReadonlyMap<number, Level>;
  readonly sent: number;
}

function OrderBook({ truth, sent }: OrderBookProps) {
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Changes sent</dt>
          <dd data-testid="sent">{sent.toLocaleString('en')}</dd>
        </div>
      </dl>
      <BookTable truth={truth} />
    </div>
  );
}

/** By itself: what the rest of the page renders is not its render. */
const BookTable = memo(function BookTable({ truth }: { readonly truth: ReadonlyMap<number, Level> }) {
  const { levels, changes } = useOrderBook();
  const rows = Object.values(levels).sort((one, other) => other.price - one.price);
  const isSame =
    rows.every(({ price, size }) => truth.get(price)?.size === size) && rows.length === truth.size;
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Changes folded in</dt>
          <dd data-testid="folded">{changes.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Beside the server’s book</dt>
          <dd data-testid="verdict">{isSame ? 'the same' : 'behind'}</dd>
        </div>
        <div>
          <dt>The book itself</dt>
          <dd className="minor">
            <RenderCounter label="book" />
          </dd>
        </div>
      </dl>
      <table className="table order-book">
        <caption className="visually-hidden">The order book</caption>
        <thead>
          <tr>
            <th scope="col">Side</th>
            <th scope="col">Price</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ side, price, size }) => (
            <tr key={price} data-side={side}>
              <td>{side}</td>
              <td className="number">{price.toFixed(2)}</td>
              <td className="number">
                <span className="order-bar" style={{ width: `${size / 12}%` }} />
                <span className="order-size">{size}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});

// ---- a list ----

function ListStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [limit, setLimit] = useState(LIMIT);
  const headingId = useId();
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A list, with a limit"
        sources={['hooks/use-ws-events.ts']}
        prose={
          <p>
            <code>useWsEvents</code> is the fold that is needed most: the last events of a name, or of
            several, oldest first, and no more than <code>limit</code> of them, so that a page that stays open
            for a week does not grow. Give each item a key of its own data. <code>seq</code> will not do: it
            is unique within one session only. <strong>Restart</strong>, and the numbers begin again, while
            the list goes on.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="Trades">
              <Verb did="One trade" title="One event" onPress={() => market.trade(1)}>
                One trade
              </Verb>
              <Verb
                did="1,000 trades at once"
                title="1,000 events at once"
                onPress={() => market.trade(1_000)}
              >
                1,000 trades
              </Verb>
            </ControlRow>
            <ControlRow label="List">
              <select
                className="select small"
                aria-label="limit"
                value={limit}
                onChange={(event) => setLimit(Number(event.target.value))}
              >
                {[3, LIMIT, 20].map((one) => (
                  <option key={one} value={one}>
                    limit {one}
                  </option>
                ))}
              </select>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <section className="stack tight trades-box" aria-labelledby={headingId}>
            <h3 id={headingId}>The trades</h3>
            <Trades limit={limit} />
          </section>
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

// ---- a late mount ----

function LateMountStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [mounted, setMounted] = useState<'yes' | 'no'>('no');
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What a late mount sees"
        sources={['src/store/latest-events.ts', 'hooks/use-fold.ts']}
        prose={
          <p>
            The newest event of each name is kept, so <code>useWsEvent</code> shows it in the first render,
            however late that is. Lists and folds are the component’s own: they begin empty, with its mount,
            and end with it. <strong>Send some, mount it, send more.</strong> State that has to outlive a
            component belongs above it, or in a store: see the next page.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Trades">
              <Verb did="Five trades" title="Five events" onPress={() => market.trade(5)}>
                Five trades
              </Verb>
            </ControlRow>
            <ControlRow label="Component">
              <Verb
                did={mounted === 'no' ? 'You mounted the component' : 'You unmounted the component'}
                title="A component that listens in three ways"
                onPress={() => setMounted(mounted === 'no' ? 'yes' : 'no')}
              >
                {mounted === 'no' ? 'Mount it' : 'Unmount it'}
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Heard />
          <div className="late-comer" data-testid="late" data-mounted={mounted}>
            {mounted === 'yes' ? <LateComer /> : <p className="hint">Not mounted.</p>}
          </div>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Heard() {
  const [heard, setHeard] = useState(0);
  useWsEventHandler('traded', () => setHeard((before) => before + 1));
  return (
    <dl className="stats">
      <div>
        <dt>Trades since this page was opened</dt>
        <dd>{heard}</dd>
      </div>
    </dl>
  );
}

// ---- a snapshot, and the events since ----

const FETCH_MS = 1_500;

type Resync = 'none yet' | 'fetching' | 'done' | 'failed';

function SnapshotStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [desk] = useState(() => createScoreDesk(server, FETCH_MS));
  const [scores] = useState(() => createStore<Readonly<Record<string, number>>>(() => ({})));
  const [state, setState] = useState<Resync>('none yet');
  const begin = async (signal: AbortSignal): Promise<void> => {
    setState('fetching');
    try {
      const table = await desk.fetchScores(signal);
      scores.setState(Object.fromEntries(table.map(({ player, points }) => [player, points])), true);
      setState('done');
    } catch (error) {
      setState('failed');
      throw error;
    }
  };
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      resync={(_missed, { signal }) => begin(signal)}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Begin anew after a break"
        sources={['src/service/gate.ts', 'src/service/breaks.ts']}
        prose={
          <>
            <p>
              Where events may be missing, a state that was folded from them is wrong, and has to be fetched
              anew. The hard part is what comes meanwhile: applied before the snapshot it is overwritten, and
              dropped it is lost. With <code>resync</code> on the provider,{' '}
              <strong>the events are held until it is done</strong>, and handed out in order after it.{' '}
              <strong>Restart the server, and score on.</strong>
            </p>
            <p>
              A snapshot may know some of the held events already. So let an event say how things stand (a
              total, a version), not by how much they moved. A resync that fails, or takes longer than{' '}
              <code>resyncTimeout</code> (30 s), holds nothing back: it is reported as{' '}
              <code>resync-failed</code>.
            </p>
          </>
        }
        controls={<ScoreControls server={server} desk={desk} />}
      >
        <div className="stack">
          <Scoreboard desk={desk} state={state} scores={scores} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface ScoreControlsProps {
  readonly server: FakeServer;
  readonly desk: ScoreDesk;
}

function ScoreControls({ server, desk }: ScoreControlsProps) {
  const { mode } = useSyncExternalStore(desk.subscribe, desk.read);
  return (
    <ServerControls server={server} groups={['link']}>
      <label className="choice">
        <input
          type="checkbox"
          checked={mode === 'failing'}
          onChange={(event) => desk.fail(event.target.checked ? 'failing' : 'working')}
        />
        Fetching fails
      </label>
      <ControlRow label="Game">
        <Verb did="Ten points were made" title="Ten events" onPress={() => desk.play(10)}>
          Score ten
        </Verb>
        <Verb
          did="The server restarted, and ten points were made"
          title="The sessions are forgotten, and the events of meanwhile lost: a new session, and one notice"
          onPress={() => {
            server.restart();
            desk.play(10);
          }}
        >
          Restart, and score on
        </Verb>
      </ControlRow>
    </ServerControls>
  );
}

interface ScoreboardProps {
  readonly desk: ScoreDesk;
  readonly state: Resync;
  readonly scores: StoreApi<Readonly<Record<string, number>>>;
}

function Scoreboard({ desk, state, scores }: ScoreboardProps) {
  const truth = useSyncExternalStore(desk.subscribe, desk.read);
  const shown = useStore(scores);
  const [heard, setHeard] = useState(0);
  useWsEventHandler('scored', ({ data }) => {
    const { player, points } = data as Score;
    scores.setState({ [player]: points });
    setHeard((before) => before + 1);
  });
  const isSame = truth.scores.every(({ player, points }) => (shown[player] ?? 0) === points);
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Snapshot</dt>
          <dd data-testid="resync">{state}</dd>
        </div>
        <div>
          <dt>Events handed out</dt>
          <dd data-testid="heard">{heard}</dd>
        </div>
        <div>
          <dt>Beside the server</dt>
          <dd data-testid="verdict">{isSame ? 'the same' : 'not yet'}</dd>
        </div>
      </dl>
      <table className="table">
        <caption className="visually-hidden">Points</caption>
        <thead>
          <tr>
            <th scope="col">Player</th>
            <th scope="col">On this page</th>
            <th scope="col">On the server</th>
          </tr>
        </thead>
        <tbody>
          {truth.scores.map(({ player, points }) => (
            <tr key={player}>
              <td>{player}</td>
              <td className="number">{shown[player] ?? 0}</td>
              <td className="number">{points}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
