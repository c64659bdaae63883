/** Chapter 13: the panel of everwire/devtools, which shows what the socket does. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { useWsRequest, useWsSend, WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import type { FakeServer } from 'everwire/testing';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { expect, fireEvent, userEvent, waitFor, within } from 'storybook/test';
import { DevtoolsChannelsStory } from './demo/devtools-channels.tsx';
import { type Feed, startFeed } from './demo/devtools-feed.ts';
import { shortDelays } from './demo/short-delays.ts';
import { FrameMeter } from './ui/frame-meter.tsx';
import { ControlRow, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '13 Devtools',
  // Each has a page of its own: two panels would cover each other.
  parameters: { layout: 'fullscreen', docs: { story: { inline: false, height: '900px' } } },
  // The panel remembers its state: each story begins with a low one, so that the controls of the page are above it.
  beforeEach: () => {
    const height = window.innerWidth < 600 ? 440 : 400;
    localStorage.setItem('everwire-devtools', JSON.stringify({ height }));
  },
} satisfies Meta;

export default meta;

const CHAPTER = '13 Devtools';
const TOP_RATE = 10_000;

/** A secret that must not appear anywhere on the page. */
const TOKEN = 'story-token-4711';

export const WhatYourSocketDoes: StoryObj = {
  name: 'See what your socket does',
  render: (_, { globals }) => <WhatYourSocketDoesStory theme={themeOf(globals)} />,
  play: async ({ canvas, step }) => {
    const panel = await findPanel();
    const press = async (name: string) =>
      userEvent.click(await panel.findByRole('button', { name, hidden: true }));
    const list = within(panel.getByRole('listbox', { name: 'Messages' }));
    const rows = () => list.queryAllByRole('option');
    const filter = panel.getByRole('searchbox', { name: 'Filter by name' });
    const moments = panel.getByRole('list', { name: /^What happened/, hidden: true });

    await step('the events come in, and are counted', async () => {
      await waitFor(() => expect(panel.getAllByRole('status')[0]).toHaveTextContent(/^connected$/));
      await waitFor(() => expect(rows().length).toBeGreaterThan(5));
    });

    await step('a name that is clicked is shown alone; one that is muted is only counted', async () => {
      await press('typing');
      await waitFor(() => expect(list.queryAllByText('price_changed')).toHaveLength(0));
      await press('Only typing ✕');
      await press('Mute typing');
      await waitFor(() => expect(list.queryAllByText('typing')).toHaveLength(0));
      await press('Mute typing');
    });

    await step('a filter leaves only what is asked for', async () => {
      fireEvent.change(filter, { target: { value: 'hello' } });
      await waitFor(() => expect(rows()).toHaveLength(1));
    });

    await step('a row shows its payload, without the id of the session', async () => {
      const [hello] = rows();
      if (hello) fireEvent.pointerDown(hello);
      const payload = await panel.findByRole('region', { name: 'Payload of hello' });
      await expect(payload).toHaveTextContent('"connection_id": "[redacted]"');
      await userEvent.click(within(payload).getByRole('button', { name: 'Close the payload' }));
      fireEvent.change(filter, { target: { value: '' } });
    });

    await step('drop the link: the loss is shown, counted down, and the session is resumed', async () => {
      await press('Drop');
      await waitFor(() => expect(moments).toHaveTextContent('connection lost'));
      await panel.findByText(/attempt 1 in \d s/);
      await waitFor(() => expect(moments).toHaveTextContent('resumed'), { timeout: 15_000 });
      await expect(panel.getByText('1006')).toBeInTheDocument();
    });

    await step('missed events are marked', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'Restart' }));
      await waitFor(() => expect(moments).toHaveTextContent('missed events'), { timeout: 15_000 });
      await expect(panel.getByRole('img', { name: /1 missed-events notice/ })).toBeVisible();
    });

    await step('the token is nowhere', async () => {
      await expect(document.querySelector('[data-everwire-devtools]')?.shadowRoot?.innerHTML).not.toContain(
        TOKEN,
      );
    });
  },
};

export const TenThousand: StoryObj = {
  name: '10,000 events a second',
  render: (_, { globals }) => <TenThousandStory theme={themeOf(globals)} />,
  play: async ({ canvas, step }) => {
    const panel = await findPanel();
    const list = within(panel.getByRole('listbox', { name: 'Messages' }));
    const fps = () => Number(canvas.getByTestId('fps').textContent);

    await step('thousands of events, and never more than a hundred rows', async () => {
      await panel.findByText(/1,000 rows/);
      await expect(list.queryAllByRole('option').length).toBeLessThanOrEqual(100);
      await waitFor(() => expect(fps()).toBeGreaterThan(0));
    });

    await step('paused, the rows stay, and the counts go on', async () => {
      await userEvent.click(panel.getByRole('button', { name: 'Pause' }));
      const unkept = await panel.findByText(/not kept while paused/);
      const before = { rows: list.getAllByRole('option').at(-1)?.textContent, words: unkept.textContent };
      await waitFor(() => expect(unkept.textContent).not.toBe(before.words));
      await expect(list.getAllByRole('option').at(-1)?.textContent).toBe(before.rows);
      await userEvent.click(panel.getByRole('button', { name: 'Pause' }));
    });

    await step(
      'scrolled up, the list stays; “Newest” takes it back to its end, and it follows again',
      async () => {
        const box = panel.getByRole('listbox', { name: 'Messages' });
        await waitFor(() => expect(box.scrollTop).toBeGreaterThan(1_000));
        box.scrollTop = 240;
        await userEvent.click(await panel.findByRole('button', { name: 'Newest ↓' }));
        await waitFor(() => expect(panel.queryByRole('button', { name: 'Newest ↓' })).toBeNull());
        const last = () => list.queryAllByRole('option').at(-1)?.textContent;
        const before = last();
        await waitFor(() => expect(last()).not.toBe(before));
      },
    );
  },
};

export const Channels: StoryObj = {
  name: 'Which channels are open',
  render: (_, { globals }) => <DevtoolsChannelsStory chapter={CHAPTER} theme={themeOf(globals)} />,
  play: async ({ canvas, step }) => {
    const panel = await findPanel();
    // Beside the messages, or in a narrow panel among the views.
    const press = async (name: string | RegExp) => {
      const buttons = await panel.findAllByRole('button', { name });
      await userEvent.click(buttons[0] as HTMLElement);
    };
    const channel = (name: string) => panel.findByRole('option', { name: new RegExp(`^${name}`) });

    await step('each channel has its state, who holds it, and its events', async () => {
      await press(/^Channels 4/);
      await expect(await channel('room:design')).toHaveTextContent('joined · 1 component');
      await waitFor(async () => expect(await channel('room:design')).toHaveTextContent(/at p\d/));
    });

    await step('a refusal has its reason', async () => {
      await expect(await channel('room:board')).toHaveTextContent('refused: You are not invited');
    });

    await step('a second component is counted; the last one gone, the channel waits to be left', async () => {
      await userEvent.click(canvas.getByRole('button', { name: 'One more' }));
      await waitFor(async () => expect(await channel('room:design')).toHaveTextContent('2 components'));
      await userEvent.click(canvas.getByRole('button', { name: 'Close all' }));
      await waitFor(async () => expect(await channel('room:design')).toHaveTextContent('waiting to be left'));
      await userEvent.click(canvas.getByRole('button', { name: 'One more' }));
    });

    await step('a channel that is clicked has its messages alone', async () => {
      await userEvent.click(await channel('room:support'));
      const list = within(panel.getByRole('listbox', { name: 'Messages' }));
      await waitFor(() => expect(list.queryAllByText('note').length).toBeGreaterThan(0));
      await expect(list.queryAllByText('hello')).toHaveLength(0);
      await expect(panel.getByText(/^Joined\. Held by 1 component\./)).toBeVisible();
      await press('Channel room:support ✕');
    });

    await step('10,000 channels are a few dozen lines', async () => {
      await userEvent.click(canvas.getByRole('checkbox', { name: '10,000 more' }));
      await press(/^Channels 10K/);
      await waitFor(() => expect(panel.getByText(/^10,00\d joined/)).toBeVisible(), { timeout: 15_000 });
      const list = within(panel.getByRole('listbox', { name: /^Channels/ }));
      await expect(list.getAllByRole('option').length).toBeLessThanOrEqual(60);
      fireEvent.change(panel.getByRole('searchbox', { name: 'Find a channel' }), {
        target: { value: 'quote:4711' },
      });
      await waitFor(() => expect(list.getAllByRole('option')).toHaveLength(1));
    });
  },
};

type Theme = 'light' | 'dark';

function themeOf(globals: Record<string, unknown>): Theme {
  return globals['theme'] === 'dark' ? 'dark' : 'light';
}

/** It is beside the page, in a shadow root, which queries do not enter by themselves. */
async function findPanel() {
  const root = await waitFor(() => {
    const found = document.querySelector('[data-everwire-devtools]')?.shadowRoot?.querySelector('.root');
    if (!found?.querySelector('.panel')) throw new Error('The panel is not there yet.');
    return found;
  });
  return within(root as HTMLElement);
}

function WhatYourSocketDoesStory({ theme }: { readonly theme: Theme }) {
  const server = useFakeServer({ resume: 'takeover' }, (made) =>
    made.handle('add', (data) => {
      const { a, b } = data as { readonly a: number; readonly b: number };
      return a + b;
    }),
  );
  const [ticking, setTicking] = useState<'on' | 'off'>('on');
  useFeed(server, ticking === 'on' ? 4 : 0);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} token={TOKEN} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="See what your socket does"
        sources={['devtools/websocket-devtools.tsx', 'devtools/recorder.ts', 'devtools/panel.tsx']}
        lead={
          <>
            Press <strong>Drop</strong>, and find it in the panel: the picture, the messages, and “Last
            close”.
          </>
        }
        notes={<PanelNotes />}
        log="none"
      >
        <div className="controls">
          <ControlRow label="Server">
            <Verb did="Drop" title="Cut the link without a close frame: 1006" onPress={() => server.drop()}>
              Drop
            </Verb>
            <Verb did="Restart" title="Cut all links, forget all sessions" onPress={() => server.restart()}>
              Restart
            </Verb>
            <Verb did="Lose" title="Do not send the next event: a gap" onPress={() => server.lose(1)}>
              Lose
            </Verb>
            <Verb did="Garble" title="Send a frame that is not JSON" onPress={() => server.garble('json')}>
              Garble
            </Verb>
          </ControlRow>
          <Talk>
            <label className="choice">
              <input
                type="checkbox"
                checked={ticking === 'on'}
                onChange={(event) => setTicking(event.target.checked ? 'on' : 'off')}
              />
              Events arrive
            </label>
          </Talk>
        </div>
      </StoryPage>
      <WebSocketDevtools initiallyOpen placement="docked" theme={theme} />
    </WebSocketProvider>
  );
}

function PanelNotes() {
  return (
    <>
      <p>
        The picture shows the life of the connection: a band for each phase, a cross for a lost link, a tick
        for a resume, a triangle for missed events. Click a <strong>name</strong> to see only its events, and{' '}
        <strong>Mute</strong> to keep a frequent one out of the list. Choose a message to see its payload.
      </p>
      <p>
        <strong>Copy JSON</strong> copies all of it for a bug report, and <strong>Open JSON</strong> shows
        such a report again. The token and the ids of sessions are in neither.
      </p>
    </>
  );
}

/** Messages in the other direction. */
function Talk({ children }: { readonly children: ReactNode }) {
  const send = useWsSend();
  const request = useWsRequest();
  const [answer, setAnswer] = useState('');
  const ask = (): void => {
    request('add', { a: 20, b: 22 }).then(
      (sum) => setAnswer(`20 + 22 = ${sum}`),
      (error: Error) => setAnswer(error.message),
    );
  };
  return (
    <>
      <ControlRow label="Your app">
        <Verb
          did="Send"
          title="send('typing', …)"
          onPress={() => send('typing', { channel_id: 'town-square' })}
        >
          Send
        </Verb>
        <Verb did="Ask" title="request('add', { a: 20, b: 22 })" onPress={ask}>
          Ask
        </Verb>
        {children}
      </ControlRow>
      {answer !== '' && <p className="hint">{answer}</p>}
    </>
  );
}

function TenThousandStory({ theme }: { readonly theme: Theme }) {
  const server = useFakeServer();
  const [ticking, setTicking] = useState<'on' | 'off'>('on');
  useFeed(server, ticking === 'on' ? TOP_RATE : 0);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="10,000 events a second"
        sources={[
          'devtools/recorder.ts',
          'devtools/row-ring.ts',
          'devtools/use-drawing.ts',
          'devtools/message-list.tsx',
        ]}
        lead="10,000 events arrive each second with the panel open: watch the frames per second, then close it."
        notes={
          <p>
            The server and the app run in this page, too. The panel writes one entry into a ring for each
            event, draws at most ten times a second, and only what is in view.
          </p>
        }
        log="none"
      >
        <div className="stack">
          <FrameMeter />
          <label className="choice">
            <input
              type="checkbox"
              checked={ticking === 'on'}
              onChange={(event) => setTicking(event.target.checked ? 'on' : 'off')}
            />
            Events arrive
          </label>
        </div>
      </StoryPage>
      <WebSocketDevtools initiallyOpen placement="docked" theme={theme} />
    </WebSocketProvider>
  );
}

function useFeed(server: FakeServer, rate: number): void {
  const feed = useRef<Feed | null>(null);
  useEffect(() => {
    const started = startFeed(server);
    feed.current = started;
    return () => started.stop();
  }, [server]);
  useEffect(() => feed.current?.setRate(rate), [rate]);
}
