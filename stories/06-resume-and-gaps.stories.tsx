/** Which events come back, which are lost, and what is the page told? Every one of them can be followed. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { WebSocketProvider } from 'everwire';
import type { FakeServerOptions } from 'everwire/testing';
import { useState } from 'react';
import { expect, waitFor } from 'storybook/test';
import { createNumberedStream, type NumberedStream } from './demo/numbered-stream.ts';
import { shortDelays } from './demo/short-delays.ts';
import { EventStrip, useTicking } from './ui/event-strip.tsx';
import { LinkTable } from './ui/link-table.tsx';
import { NoticeList } from './ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '06 Resume and gaps',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const CHAPTER = '06 Resume and gaps';

/** What the server of the second story keeps for a resume. */
const SMALL_RING = 10;

type Canvas = Parameters<NonNullable<StoryObj['play']>>[0]['canvas'];

/** What the page shows, as numbers. */
function figuresOf(canvas: Canvas) {
  const figure = (name: string) => () => Number(canvas.getByTestId(name).textContent);
  return {
    sent: figure('sent'),
    arrived: figure('arrived'),
    replayed: figure('replayed'),
    missed: figure('missed'),
    notices: figure('notices'),
  };
}

export const NothingMissing: StoryObj = {
  name: 'Replayed, and nothing said',
  parameters: { code: ['06-nothing-to-do.tsx'] },
  render: () => <NothingMissingStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const { sent, arrived, replayed, missed, notices } = figuresOf(canvas);
    const ticking = canvas.getByRole('checkbox', { name: 'Send all the time' });
    await userEvent.click(ticking);
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    const session = () => canvas.getByTestId('link 1').nextElementSibling?.textContent;
    await waitFor(() => expect(session()).toMatch(/…$/));

    await step('they arrive', async () => {
      await press('Send five');
      await waitFor(() => expect(arrived()).toBe(sent()));
    });

    await step('lost on the way: the gap is seen, and the session resumed at once', async () => {
      const before = arrived();
      await press('Lose three of five');
      await waitFor(() => expect(replayed()).toBe(4));
      await expect(arrived()).toBe(before + 1);
      await waitFor(() => expect(canvas.getByTestId('link 2')).toHaveTextContent('resumed'));
      await expect(canvas.getByText(/… from \d+$/)).toBeVisible();
    });

    await step('sent while the link was down: replayed when it is back', async () => {
      await press('Drop, and send five');
      await waitFor(() => expect(status).toHaveTextContent('reconnecting'));
      await waitFor(() => expect(replayed()).toBe(9));
      await waitFor(() => expect(canvas.getByTestId('link 3')).toHaveTextContent('resumed'));
    });

    await step('one session all along, nothing missed, nothing told', async () => {
      await expect(missed()).toBe(0);
      await expect(notices()).toBe(0);
      await expect(canvas.getByTestId('link 3').nextElementSibling).toHaveTextContent(String(session()));
    });

    await userEvent.click(ticking);
  },
};

export const ToldOnce: StoryObj = {
  name: 'Lost, and told once',
  parameters: { code: ['06-told-once.tsx'] },
  render: () => <ToldOnceStory />,
  play: async ({ canvas, userEvent, step }) => {
    const status = await canvas.findByRole('status');
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const { sent, arrived, replayed, missed, notices } = figuresOf(canvas);
    await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    await press('Send five');
    await waitFor(() => expect(arrived()).toBe(5));

    await step('fewer than the server keeps: replayed, and nothing told', async () => {
      await press('Drop, and send 8');
      await waitFor(() => expect(replayed()).toBe(8));
      await expect(notices()).toBe(0);
    });

    await step('more than it keeps: a new session, and one notice', async () => {
      await press('Drop, and send 20');
      await waitFor(() => expect(missed()).toBe(20));
      await expect(notices()).toBe(1);
      await canvas.findByText('new-session', { selector: '.notice-reason' });
      await waitFor(() => expect(canvas.getByTestId('link 3')).toHaveTextContent('new session'));
    });

    await step('a number that was never used: the server can’t fill it either', async () => {
      await press('Skip a number');
      await waitFor(() => expect(notices()).toBe(2));
      await waitFor(() => expect(status).toHaveTextContent(/^connected$/));
    });

    await step('a restart: the server has forgotten us, and that is one notice too', async () => {
      await press('Restart');
      await waitFor(() => expect(status).toHaveTextContent('reconnecting'));
      await waitFor(() => expect(notices()).toBe(3));
      await press('Send five');
      await waitFor(() => expect(arrived()).toBe(10));
      await expect(sent()).toBe(arrived() + replayed() + missed());
      await expect(notices()).toBe(3);
    });
  },
};

export const WhatAServerCanTell: StoryObj = {
  name: 'What a server can tell',
  parameters: { code: ['06-server.ts'] },
  render: () => <ServerKindsStory />,
  play: async ({ canvas, userEvent, step }) => {
    const press = (name: string) => userEvent.click(canvas.getByRole('button', { name }));
    const { sent, arrived, replayed, missed, notices } = figuresOf(canvas);
    const isConnected = () =>
      waitFor(() => expect(canvas.getByRole('status')).toHaveTextContent(/^connected$/));
    const choose = async (name: string) => {
      await userEvent.click(await canvas.findByRole('radio', { name }));
      await isConnected();
      await press('Send five');
      await waitFor(() => expect(arrived()).toBe(5));
    };
    const reason = () => canvas.getAllByText(/./, { selector: '.notice-reason' })[0]?.textContent;

    await step('numbers and an id: everything is replayed', async () => {
      await choose('Numbers and session ids');
      await press('Lose three of five');
      await waitFor(() => expect(replayed()).toBe(4));
      await press('Drop, and send five');
      await waitFor(() => expect(replayed()).toBe(9));
      await expect(notices()).toBe(0);
      await expect(sent()).toBe(15);
    });

    await step(
      'no numbers: a loss on the way is not seen, and after each loss of the link one is told',
      async () => {
        await choose('Neither');
        await press('Lose three of five');
        await waitFor(() => expect(missed()).toBe(3));
        await expect(notices()).toBe(0);
        await press('Drop, and send five');
        await waitFor(() => expect(notices()).toBe(1));
        await expect(reason()).toBe('unknown');
        await expect(missed()).toBe(8);
      },
    );

    await step('numbers without an id: the gap is told, with its size', async () => {
      await choose('Numbers only');
      await press('Lose three of five');
      await waitFor(() => expect(notices()).toBe(1));
      await expect(reason()).toBe('gap');
      await canvas.findByText('expected 6, received 9, 3 missed');
      await press('Drop, and send five');
      await waitFor(() => expect(notices()).toBe(2));
      await expect(reason()).toBe('unknown');
      await waitFor(() => expect(missed()).toBe(8));
    });
  },
};

// ---- nothing missing ----

function NothingMissingStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [stream] = useState(() => createNumberedStream(server));
  const [ticking, setTicking] = useState<'on' | 'off'>('on');
  useTicking(stream, ticking);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Replayed, and nothing said"
        sources={['src/stream/sequence.ts', 'src/connection/lifecycle.ts']}
        prose={
          <>
            <p>
              The server numbers the events of a session, and keeps the newest 128. When the link breaks, the
              next one names the session and the first number that is missing, and the server sends the rest:{' '}
              <strong>drop it</strong> and watch.
            </p>
            <p>
              Events that are <strong>lost on the way</strong>, over a link that lives, come back the same
              way: the event behind the gap is not handed out, the link is let go with code 4001, and the next
              one asks for what is missing. All of them in order, each one once, and the app notices nothing
              but <code>reconnecting</code>.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={ticking === 'on'}
                onChange={(event) => setTicking(event.target.checked ? 'on' : 'off')}
              />
              Send all the time
            </label>
            <ControlRow label="By hand">
              <SendFive stream={stream} />
            </ControlRow>
            <ControlRow label="Trouble">
              <LoseThree stream={stream} onLose={() => server.lose(3)} />
              <DropAndSend stream={stream} onDrop={() => server.drop()} times={5} words="five" />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <EventStrip stream={stream} />
          <LinkTable server={server} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

// ---- told once ----

function ToldOnceStory() {
  const server = useFakeServer({ resume: 'takeover', ringSize: SMALL_RING });
  const [stream] = useState(() => createNumberedStream(server));
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Lost, and told once"
        sources={['src/stream/sequence.ts', 'hooks/use-missed-events.ts']}
        prose={
          <p>
            This server keeps {SMALL_RING} events. <strong>Drop the link while it sends 8</strong>, and they
            are replayed. <strong>While it sends 20</strong>, and it has the first ones no longer: it answers
            with a new session, whose numbers start again. The same after a <strong>restart</strong>, and
            after a number that was <strong>skipped</strong>. Then <code>useMissedEvents</code> is told
            exactly once, before the first event that comes after: the place to fetch what you show anew.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="Events">
              <SendFive stream={stream} />
              <Verb
                did="The server skipped a number, and sent one event"
                title="Use up one sequence number for nothing, and send the next event"
                onPress={() => {
                  server.skip();
                  stream.send(1);
                }}
              >
                Skip a number
              </Verb>
            </ControlRow>
            <ControlRow label="Trouble">
              <DropAndSend stream={stream} onDrop={() => server.drop()} times={8} words="8" />
              <DropAndSend stream={stream} onDrop={() => server.drop()} times={20} words="20" />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <EventStrip stream={stream} />
          <NoticeList />
          <LinkTable server={server} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

// ---- what a server can tell ----

interface ServerKind {
  readonly label: string;
  readonly options: FakeServerOptions;
  readonly outcome: string;
}

const numbersAndId: ServerKind = {
  label: 'Numbers and session ids',
  options: { resume: 'takeover' },
  outcome: 'Both accidents are made good, and nothing is told.',
};

const kinds: readonly ServerKind[] = [
  numbersAndId,
  {
    label: 'Numbers only',
    options: { hello: false },
    outcome:
      'A gap is told with its size, before the event behind it. After a lost link nobody can know: unknown.',
  },
  {
    label: 'Neither',
    options: { hello: false, numbered: false },
    outcome:
      'What is lost on the way is lost in silence: there is nothing to see it by. After a lost link: unknown.',
  },
];

function ServerKindsStory() {
  const [kind, setKind] = useState(numbersAndId);
  return <ServerKindPage key={kind.label} kind={kind} onChoose={setKind} />;
}

interface ServerKindPageProps {
  readonly kind: ServerKind;
  readonly onChoose: (kind: ServerKind) => void;
}

/** Another kind is another server, and another page: keyed by it. */
function ServerKindPage({ kind, onChoose }: ServerKindPageProps) {
  const server = useFakeServer(kind.options);
  const [stream] = useState(() => createNumberedStream(server));
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What a server can tell"
        sources={['src/stream/sequence.ts', 'src/protocols/envelope.ts']}
        prose={
          <p>
            How much can be made good, and how exactly a loss can be told, is up to what the server sends: a{' '}
            <code>seq</code> with each event, and a <code>connection_id</code> in its <code>hello</code>.{' '}
            <strong>Choose a server</strong>, and let it have the same two accidents. If it is yours, give it
            both.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="By hand">
              <SendFive stream={stream} />
            </ControlRow>
            <ControlRow label="Trouble">
              <LoseThree stream={stream} onLose={() => server.lose(3)} />
              <DropAndSend stream={stream} onDrop={() => server.drop()} times={5} words="five" />
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <fieldset>
            <legend className="legend">What the server sends</legend>
            <div className="choices">
              {kinds.map((one) => (
                <label key={one.label} className="choice">
                  <input
                    type="radio"
                    name="server-kind"
                    checked={one.label === kind.label}
                    onChange={() => onChoose(one)}
                  />
                  {one.label}
                </label>
              ))}
            </div>
          </fieldset>
          <p className="callout">{kind.outcome}</p>
          <EventStrip stream={stream} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

// ---- the controls of this chapter ----

interface StreamProps {
  readonly stream: NumberedStream;
}

function SendFive({ stream }: StreamProps) {
  return (
    <Verb did="The server sent five events" title="Five events at once" onPress={() => stream.send(5)}>
      Send five
    </Verb>
  );
}

function LoseThree({ stream, onLose }: StreamProps & { readonly onLose: () => void }) {
  return (
    <Verb
      did="The server sent five, and three got lost"
      title="The first three of five are numbered and kept, but never arrive"
      onPress={() => {
        // One that arrives, and then the three: a gap has two ends.
        stream.send(1);
        onLose();
        stream.send(4);
      }}
    >
      Lose three of five
    </Verb>
  );
}

interface DropAndSendProps extends StreamProps {
  readonly onDrop: () => void;
  readonly times: number;
  readonly words: string;
}

function DropAndSend({ stream, onDrop, times, words }: DropAndSendProps) {
  return (
    <Verb
      did={`You dropped the link, and the server sent ${words}`}
      title="Cut the link without a close frame, and send before it is back"
      onPress={() => {
        onDrop();
        stream.send(times);
      }}
    >
      Drop, and send {words}
    </Verb>
  );
}
