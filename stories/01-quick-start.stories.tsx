/** Chapter 01: a small chat over one shared socket. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ReactNode, useEffect, useState } from 'react';
import { expect, within } from 'storybook/test';
import { Chat } from './demo/chat.tsx';
import { startChat } from './demo/chat-behaviour.mjs';
import { type ChatChoice, ChatSettings, initialChoice } from './demo/chat-settings.tsx';
import { shortDelays } from './demo/short-delays.ts';
import { stepsOf } from './demo/steps.ts';
import { ControlsCard, ServerControls } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '01 Quick start',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

export const ASmallChat: StoryObj = {
  name: 'A small chat',
  parameters: { code: ['01-chat.tsx'] },
  render: () => <ChatStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { press, waitForStatus } = stepsOf({ canvas, userEvent });
    // The reader uses a real server, and this play is about the one in the page.
    if (initialChoice().server === 'real') return;
    const posts = await canvas.findByRole('log', { name: 'Posts' });
    const others = canvas.getByRole('checkbox', { name: 'The others chat too' });
    await userEvent.click(others);

    await step('it connects, and shows the history and who is there', async () => {
      await waitForStatus('connected');
      await within(posts).findByText('Every one of them, in order.');
      const people = canvas.getByRole('list', { name: 'Connected' });
      for (const name of ['Sam', 'Mira', 'Jonas', 'Aiko']) await within(people).findByText(name);
    });

    await step('a message that is sent comes back from the server, once', async () => {
      await userEvent.type(canvas.getByRole('textbox', { name: 'Message' }), 'Hello, everyone!{Enter}');
      await within(posts).findByText('Hello, everyone!');
      await expect(canvas.getByRole('textbox', { name: 'Message' })).toHaveValue('');
    });

    await step('the link breaks: a message stays in its field, and nothing is lost', async () => {
      await press('Drop');
      await waitForStatus('reconnecting');
      await userEvent.type(canvas.getByRole('textbox', { name: 'Message' }), 'Still here?{Enter}');
      await canvas.findByText(/Not sent: there is no connection/);
      await waitForStatus('connected');
    });

    await step('and is sent when it is back', async () => {
      await press('Send');
      await within(posts).findByText('Still here?');
      await expect(within(posts).getAllByText('Hello, everyone!')).toHaveLength(1);
    });

    await userEvent.click(others);
  },
};

function ChatStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [choice, setChoice] = useState(initialChoice);
  const [chattiness, setChattiness] = useState<'chatty' | 'silent'>('chatty');
  useChat(server, chattiness);

  return (
    <Connection server={server} choice={choice}>
      <StoryPage
        chapter="01 Quick start"
        title="A small chat"
        sources={['providers/websocket-provider.tsx', 'hooks/']}
        lead={
          <>
            Write a message, then press <strong>Drop</strong>: what the others post meanwhile arrives when the
            link is back.
          </>
        }
        notes={
          <>
            <p>
              One <code>{'<WebSocketProvider>'}</code> stands around the app. Inside,{' '}
              <code>useWsEvents('posted')</code> reads the list, <code>useWsEvent('presence')</code> the
              people, and <code>useWsSend()</code> posts.
            </p>
            <p>
              After a lost link the server replays what was posted meanwhile. After a restart it has a new
              session, and the chat fetches its history again. The waits are 1.5 to 2 s here; an app waits 3
              to 5 s.
            </p>
          </>
        }
        controls={
          choice.server === 'page' ? (
            <ServerControls server={server} groups={['link', 'handshakes', 'server']} begin="drop">
              <label className="choice">
                <input
                  type="checkbox"
                  checked={chattiness === 'chatty'}
                  onChange={(event) => setChattiness(event.target.checked ? 'chatty' : 'silent')}
                />
                The others chat too
              </label>
            </ServerControls>
          ) : (
            <RealServerNote />
          )
        }
      >
        <Chat />
        <ChatSettings applied={choice} onApply={setChoice} />
      </StoryPage>
    </Connection>
  );
}

interface ConnectionProps {
  readonly server: FakeServer;
  readonly choice: ChatChoice;
  readonly children: ReactNode;
}

/** A real server needs no more than this; the one in the page has its own socket class. */
function Connection({ server, choice, children }: ConnectionProps) {
  const { name } = choice;
  return choice.server === 'real' ? (
    <WebSocketProvider url={choice.address} token={name} identity={name} {...shortDelays}>
      {children}
    </WebSocketProvider>
  ) : (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      token={name}
      identity={name}
      {...shortDelays}
    >
      {children}
    </WebSocketProvider>
  );
}

/** One room for as long as the page is open, with or without the scripted people. */
function useChat(server: FakeServer, chattiness: 'chatty' | 'silent'): void {
  const [chat, setChat] = useState<ReturnType<typeof startChat> | null>(null);
  useEffect(() => {
    const started = startChat(server);
    setChat(started);
    return () => started.stop();
  }, [server]);
  useEffect(() => {
    if (chattiness === 'chatty') chat?.startPeople();
    else chat?.stopPeople();
  }, [chat, chattiness]);
}

function RealServerNote() {
  return (
    <ControlsCard>
      <p className="hint">
        This is a real one, so break it for real: stop its process, or take your network away.{' '}
        <code>npm start</code> runs one beside these pages. Open this page twice, under two names, and chat
        with yourself.
      </p>
    </ControlsCard>
  );
}
