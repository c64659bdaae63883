/** Chapter 13: the panel of everwire/devtools, which shows what the socket does. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { useWsEvent, useWsRequest, useWsSend, WebSocketProvider } from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useRef, useState } from 'react';
import { expect, fireEvent, userEvent, waitFor, within } from 'storybook/test';
import { type Feed, startFeed } from './demo/devtools-feed.ts';
import { shortDelays } from './demo/short-delays.ts';
import { FrameMeter } from './ui/frame-meter.tsx';
import { ControlRow, ServerControls, Verb } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '13 Devtools',
  // Each has a page of its own: two panels would cover each other.
  parameters: { layout: 'fullscreen', docs: { story: { inline: false, height: '900px' } } },
  // The panel remembers its state: each story begins as if it were opened for the first time.
  beforeEach: () => localStorage.removeItem('everwire-devtools'),
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
    const press = (name: string) => userEvent.click(panel.getByRole('button', { name }));
    const list = within(panel.getByRole('listbox', { name: 'Messages' }));
    const rows = () => list.queryAllByRole('option');
    const filter = panel.getByRole('searchbox', { name: 'Filter by name' });
    const moments = panel.getByRole('list', { name: /^What happened/, hidden: true });

    await step('the events come in, and are counted', async () => {
      await waitFor(() => expect(panel.getAllByRole('status')[0]).toHaveTextContent(/^connected$/));
      await waitFor(() => expect(rows().length).toBeGreaterThan(5));
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

    await step(
      'drop the link: the loss is told, counted down, and the session is taken up again',
      async () => {
        await press('Drop');
        await waitFor(() => expect(moments).toHaveTextContent('connection lost'));
        await panel.findByText(/attempt 1 in \d s/);
        await waitFor(() => expect(moments).toHaveTextContent('resumed'), { timeout: 15_000 });
        await expect(panel.getByText('1006')).toBeInTheDocument();
      },
    );

    await step('what was missed is marked', async () => {
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

    await userEvent.click(canvas.getByRole('checkbox', { name: 'Send all the time' }));
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
        prose={
          <>
            <p>
              <code>{'<WebSocketDevtools />'}</code> is a panel for you, the developer. Its picture is the
              life of the connection: a band for each phase, a mark for each loss, resume and missed-events
              notice. Below are the messages that came and went; <strong>choose one</strong> to see its
              payload. Beside them it says why the link was closed last, and what happens next.
            </p>
            <p>
              <strong>Break the connection</strong> with the server’s controls, or with Drop and Reconnect in
              the panel. The token and the ids of sessions are nowhere in it, and not in what Copy JSON
              copies.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'handshakes', 'events', 'server']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={ticking === 'on'}
                onChange={(event) => setTicking(event.target.checked ? 'on' : 'off')}
              />
              Send all the time
            </label>
          </ServerControls>
        }
      >
        <Talk />
      </StoryPage>
      <WebSocketDevtools initiallyOpen theme={theme} />
    </WebSocketProvider>
  );
}

/** A message in the other direction. */
function Talk() {
  const send = useWsSend();
  const request = useWsRequest();
  const latest = useWsEvent('price_changed');
  const [answer, setAnswer] = useState('');
  const ask = (): void => {
    request('add', { a: 20, b: 22 }).then(
      (sum) => setAnswer(`20 + 22 = ${sum}`),
      (error: Error) => setAnswer(error.message),
    );
  };
  return (
    <div className="stack">
      <ControlRow label="Messages of the app">
        <Verb
          did="You sent a message"
          title="send('typing', …)"
          onPress={() => send('typing', { channel_id: 'town-square' })}
        >
          Send
        </Verb>
        <Verb did="You asked the server" title="request('add', { a: 20, b: 22 })" onPress={ask}>
          Ask
        </Verb>
      </ControlRow>
      <p className="hint">{answer === '' ? 'Send something, and look for it in the panel.' : answer}</p>
      <pre className="hint">{latest === undefined ? 'No price yet.' : JSON.stringify(latest.data)}</pre>
    </div>
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
        prose={
          <p>
            The server and the app are both in this page, and the panel is open. It notes each event with one
            entry in a ring, and draws at most ten times a second, only what is in view:{' '}
            <strong>watch the meter</strong>, then close the panel, and see that little changes.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={ticking === 'on'}
                onChange={(event) => setTicking(event.target.checked ? 'on' : 'off')}
              />
              Send all the time
            </label>
          </ServerControls>
        }
      >
        <FrameMeter />
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
