/** How does a page ask, and what does it know of what it has said? */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { type IWebSocketConfig, useWebSocketService, WebSocketProvider } from 'everwire';
import type { FakeServer, ReceivedFrame } from 'everwire/testing';
import { useEffect, useId, useRef, useState } from 'react';
import { expect, waitFor, within } from 'storybook/test';
import { shortDelays } from './demo/short-delays.ts';
import { exportsOf } from './ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage, useNote } from './ui/story-page.tsx';
import { useFakeServer, useServerState } from './ui/use-fake-server.ts';

const meta = {
  title: '11 Requests',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '11 Requests';

const { useAdd } = exportsOf<{
  useAdd: () => (a: number, b: number, signal?: AbortSignal) => Promise<string>;
}>(import.meta.glob('../.storybook/code/11-add.tsx', { eager: true }));

const { useSay } = exportsOf<{ useSay: () => (text: string) => string }>(
  import.meta.glob('../.storybook/code/11-say.tsx', { eager: true }),
);

export const EveryOutcome: StoryObj = {
  name: 'Every outcome',
  parameters: { code: ['11-add.tsx'] },
  render: () => <EveryOutcomeStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const choose = (name: string) => userEvent.click(canvas.getByRole('radio', { name }));
    const newest = () => within(canvas.getByRole('table', { name: 'The requests' })).getAllByRole('row')[1];
    const became = (words: string | RegExp) => waitFor(() => expect(newest()).toHaveTextContent(words));
    await connected(canvas);

    await step('an answer', async () => {
      await press('Ask');
      await became(/21 \+ 22 = 43/);
    });

    await step('three at once, answered in any order: each gets its own', async () => {
      await press('Ask three times');
      await became(/24 \+ 22 = 46/);
      await canvas.findByText('22 + 22 = 44');
      await canvas.findByText('23 + 22 = 45');
    });

    await step('the server says no, in its own words', async () => {
      await choose('says no');
      await press('Ask');
      await became(/request-failed.*only whole numbers/);
    });

    await step('no answer in time', async () => {
      await choose('is silent');
      await press('Ask');
      await became('request-timeout');
    });

    await step('aborted, because nobody wants to know any more', async () => {
      await press('Ask, and abort');
      await became('request-aborted');
    });

    await step('the link is lost meanwhile: settled at once, and asked no second time', async () => {
      await press('Ask, and drop the link');
      await became('connection-lost');
    });

    await step('no link: nothing is sent', async () => {
      await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('reconnecting'));
      await press('Ask');
      await became('not-connected');
    });

    await step('back again: the ids go on', async () => {
      await choose('answers');
      await connected(canvas);
      await press('Ask');
      await became(/= \d+$/);
      const ids = [...canvas.getAllByTestId('id')].map((cell) => Number(cell.textContent));
      const known = ids.filter((id) => !Number.isNaN(id));
      await expect(new Set(known).size).toBe(known.length);
      await expect(known).toEqual([...known].sort((one, other) => other - one));
    });
  },
};

export const SentQueuedRefused: StoryObj = {
  name: 'Sent, queued, refused',
  parameters: { code: ['11-say.tsx'] },
  render: () => <SendStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const rows = () => within(canvas.getByRole('table', { name: 'What was said' })).getAllByRole('row');
    const row = (n: number) =>
      rows().find((one) => one.querySelector('td')?.textContent === `Message ${n}`) ?? null;
    await connected(canvas);

    await step('connected: sent, and it arrives', async () => {
      await press('Say something');
      await waitFor(() => expect(row(1)).toHaveTextContent(/sent.*arrived/));
    });

    await step('no link and no queue: refused, at once', async () => {
      await press('Cut the link');
      await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('reconnecting'));
      await press('Say something');
      await expect(row(2)).toHaveTextContent('refused');
    });

    await step('with a queue: kept, in order, until the link is back', async () => {
      await userEvent.click(canvas.getByRole('radio', { name: 'A queue' }));
      await press('Say something');
      await press('Say something');
      await expect(row(3)).toHaveTextContent('queued');
      await press('Let it back');
      await waitFor(() => expect(row(3)).toHaveTextContent(/queued.*arrived/));
      await waitFor(() => expect(row(4)).toHaveTextContent(/queued.*arrived/));
      await expect(row(2)).not.toHaveTextContent('arrived');
    });

    await step('the queue has an end: the oldest is dropped, and that is reported', async () => {
      await press('Cut the link');
      await waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent('reconnecting'));
      for (let n = 0; n < 4; n += 1) await press('Say something');
      await waitFor(() => expect(canvas.getByTestId('dropped')).toHaveTextContent('1'));
      await press('Let it back');
      await waitFor(() => expect(row(8)).toHaveTextContent('arrived'));
      await expect(row(5)).not.toHaveTextContent('arrived');
    });

    await userEvent.click(canvas.getByRole('radio', { name: 'No queue' }));
  },
};

type Canvas = Parameters<NonNullable<StoryObj['play']>>[0]['canvas'];

async function connected(canvas: Canvas): Promise<void> {
  const status = await canvas.findByRole('status');
  await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
}

// ---- every outcome ----

const moods = ['answers', 'says no', 'is silent'] as const;
type Mood = (typeof moods)[number];

const ADDED = 22;
/** As many rows as there is room for: the page does not jump. */
const SHOWN_REQUESTS = 8;

interface Asked {
  /** Counts the requests of this page. */
  readonly n: number;
  /** Its number on the wire; null before the server has seen it. */
  readonly id: number | null;
  readonly outcome: string | null;
  readonly tookMs: number | null;
}

function EveryOutcomeStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const mood = useRef<Mood>('answers');
  const [shownMood, setShownMood] = useState<Mood>('answers');
  useEffect(() => {
    const latest: { a: number } = { a: 0 };
    server.handle('add', async (data) => {
      const { a, b } = data as { readonly a: number; readonly b: number };
      latest.a = Math.max(latest.a, a);
      if (mood.current === 'says no') throw new Error('only whole numbers, and none of yours');
      if (mood.current === 'is silent') return new Promise(() => undefined);
      // The newest is answered first.
      await new Promise((resolve) => setTimeout(resolve, 60 + (latest.a - a) * 120));
      return a + b;
    });
  }, [server]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Every outcome"
        sources={['src/service/outbox.ts', 'src/service/request-table.ts']}
        prose={
          <>
            <p>
              <code>useWsRequest()</code> gives a function whose promise always settles: with the reply, or
              with a <code>WebSocketServiceError</code> whose <code>code</code> says which of five things
              happened. <strong>Ask, with each kind of server</strong>; abort; drop the link.
            </p>
            <p>
              A request is sent once at most. After a timeout, or a link that broke, nobody can know whether
              the server has done it: asking again is the app’s decision, and safe where the request can be
              repeated. The numbers on the wire are never used twice within a session, so a late answer is
              nobody else’s.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <fieldset className="control-row">
              <legend className="visually-hidden">The server</legend>
              <span className="control-label" aria-hidden="true">
                It
              </span>
              <div className="choices">
                {moods.map((one) => (
                  <label key={one} className="choice">
                    <input
                      type="radio"
                      name="mood"
                      checked={one === shownMood}
                      onChange={() => {
                        mood.current = one;
                        setShownMood(one);
                      }}
                    />
                    {one}
                  </label>
                ))}
              </div>
            </fieldset>
          </ServerControls>
        }
      >
        <Calculator server={server} />
      </StoryPage>
    </WebSocketProvider>
  );
}

const ABORT_AFTER_MS = 300;

function Calculator({ server }: { readonly server: FakeServer }) {
  const add = useAdd();
  const note = useNote();
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const count = useRef(0);
  useEffect(
    () =>
      server.onMessage((frame) => {
        const n = numberIn(frame);
        setAsked((all) => all.map((one) => (one.n === n ? { ...one, id: frame.seq } : one)));
      }),
    [server],
  );

  const ask = async (signal?: AbortSignal): Promise<void> => {
    count.current += 1;
    const n = count.current;
    const startedAt = performance.now();
    setAsked((all) => [{ n, id: null, outcome: null, tookMs: null }, ...all]);
    const outcome = await add(20 + n, ADDED, signal);
    const tookMs = Math.round(performance.now() - startedAt);
    setAsked((all) => all.map((one) => (one.n === n ? { ...one, outcome, tookMs } : one)));
  };
  const press = (did: string, act: () => void) => () => {
    note(did);
    act();
  };

  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="button primary" onClick={press('You asked', () => void ask())}>
          Ask
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You asked three times', () => {
            for (let n = 0; n < 3; n += 1) void ask();
          })}
        >
          Ask three times
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You asked, and went away', () => void ask(AbortSignal.timeout(ABORT_AFTER_MS)))}
        >
          Ask, and abort
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You asked, and the link was lost', () => {
            void ask();
            // When the request is out, and before its answer is in.
            setTimeout(() => server.drop(), 20);
          })}
        >
          Ask, and drop the link
        </button>
      </div>
      <RequestTable asked={asked} />
    </div>
  );
}

function numberIn({ event, data }: ReceivedFrame): number | null {
  return event === 'add' ? (data as { readonly a: number }).a - 20 : null;
}

function RequestTable({ asked }: { readonly asked: readonly Asked[] }) {
  const headingId = useId();
  return (
    <div className="stack tight requests">
      <h3 id={headingId}>The requests</h3>
      <table className="table" aria-labelledby={headingId}>
        <thead>
          <tr>
            <th scope="col">On the wire</th>
            <th scope="col">Took</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {asked.slice(0, SHOWN_REQUESTS).map(({ n, id, outcome, tookMs }) => (
            <tr key={n} data-outcome={kindOf(outcome)}>
              <td className="number" data-testid="id">
                {id ?? 'never'}
              </td>
              <td className="number">{tookMs === null ? '…' : `${tookMs} ms`}</td>
              <td className="request-outcome">{outcome ?? 'waiting'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked.length === 0 && <p className="hint">None yet.</p>}
    </div>
  );
}

function kindOf(outcome: string | null): 'waiting' | 'answered' | 'failed' {
  if (outcome === null) return 'waiting';
  return outcome.includes(' = ') ? 'answered' : 'failed';
}

// ---- sent, queued, refused ----

const queue = { limit: 3, ttl: 8_000 };

const choices = [
  { label: 'No queue', sendQueue: false },
  { label: 'A queue', sendQueue: queue },
] as const satisfies readonly { label: string; sendQueue: IWebSocketConfig['sendQueue'] }[];

function SendStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [sendQueue, setSendQueue] = useState<false | typeof queue>(false);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      reconnectAttempts={Number.POSITIVE_INFINITY}
      sendQueue={sendQueue}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Sent, queued, refused"
        sources={['src/service/outbox.ts', 'src/service/send-queue.ts']}
        prose={
          <p>
            <code>send</code> says what became of the message. Without a queue, one that can’t go out now is{' '}
            <code>refused</code>, and the app still has it: leave it in its field, as the chat of chapter 01
            does. With <code>sendQueue</code> it is <code>queued</code>, here up to {queue.limit} messages for{' '}
            {queue.ttl / 1_000} s, and goes out first when the link is back. What is dropped from the queue is
            reported as <code>message-dropped</code>.{' '}
            <strong>Cut the link, and say something, in both ways.</strong>
          </p>
        }
        controls={
          <ServerControls server={server} groups={[]}>
            <fieldset className="control-row">
              <legend className="visually-hidden">sendQueue</legend>
              <span className="control-label" aria-hidden="true">
                sendQueue
              </span>
              <div className="choices">
                {choices.map((choice) => (
                  <label key={choice.label} className="choice">
                    <input
                      type="radio"
                      name="send-queue"
                      checked={choice.sendQueue === sendQueue}
                      onChange={() => setSendQueue(choice.sendQueue)}
                    />
                    {choice.label}
                  </label>
                ))}
              </div>
            </fieldset>
            <CutControls server={server} />
          </ServerControls>
        }
      >
        <Speaker server={server} />
      </StoryPage>
    </WebSocketProvider>
  );
}

function CutControls({ server }: { readonly server: FakeServer }) {
  const { reconnect } = useWebSocketService();
  const isCut = useServerState(server, ({ faults }) => faults.refusing > 0);
  return (
    <ControlRow label="Link">
      <Verb
        did="You cut the link"
        title="Cut it, and refuse new ones"
        disabled={isCut}
        onPress={() => {
          server.refuse();
          server.drop();
        }}
      >
        Cut the link
      </Verb>
      <Verb
        did="You let it back"
        title="Accept new links, and try at once"
        disabled={!isCut}
        onPress={() => {
          server.refuse(false);
          reconnect();
        }}
      >
        Let it back
      </Verb>
    </ControlRow>
  );
}

interface Said {
  readonly n: number;
  readonly result: string;
  readonly fate: 'unknown' | 'arrived';
}

function Speaker({ server }: { readonly server: FakeServer }) {
  const say = useSay();
  const note = useNote();
  const service = useWebSocketService();
  const headingId = useId();
  const [said, setSaid] = useState<readonly Said[]>([]);
  const [dropped, setDropped] = useState(0);
  useEffect(
    () =>
      server.onMessage(({ event, data }) => {
        if (event !== 'say') return;
        const { text } = data as { readonly text: string };
        setSaid((all) => all.map((one) => (textOf(one.n) === text ? { ...one, fate: 'arrived' } : one)));
      }),
    [server],
  );
  useEffect(() => {
    const errors = service.errors$.subscribe(({ code }) => {
      if (code === 'message-dropped') setDropped((before) => before + 1);
    });
    return () => errors.unsubscribe();
  }, [service]);

  const speak = (): void => {
    const n = said.length + 1;
    const result = say(textOf(n));
    note(`You said “${textOf(n)}”: ${result}`);
    setSaid((all) => [{ n, result, fate: 'unknown' }, ...all]);
  };

  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="button primary" onClick={speak}>
          Say something
        </button>
        <span className="hint">
          Dropped from the queue: <span data-testid="dropped">{dropped}</span>
        </span>
      </div>
      <div className="stack tight requests">
        <h3 id={headingId}>What was said</h3>
        <table className="table" aria-labelledby={headingId}>
          <thead>
            <tr>
              <th scope="col">Message</th>
              <th scope="col">send() said</th>
              <th scope="col">At the server</th>
            </tr>
          </thead>
          <tbody>
            {said.slice(0, SHOWN_REQUESTS).map(({ n, result, fate }) => (
              <tr key={n} data-said={result}>
                <td>{textOf(n)}</td>
                <td className="said">{result}</td>
                <td>{fate === 'arrived' ? 'arrived' : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {said.length === 0 && <p className="hint">Nothing yet.</p>}
      </div>
    </div>
  );
}

function textOf(n: number): string {
  return `Message ${n}`;
}
