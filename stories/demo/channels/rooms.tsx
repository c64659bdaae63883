/** Rooms that a page opens and closes, beside what the server was told about them. */

import { WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ComponentType, useEffect, useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer, useServerState } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { Room } = exportsOf<{ Room: ComponentType<{ name: string }> }>(
  import.meta.glob('../../../.storybook/code/18-room.tsx', { eager: true }),
);

const rooms = ['design', 'support', 'random'] as const;
type RoomName = (typeof rooms)[number];

/** The lines of the list of messages: it does not grow, so that the page does not jump. */
const SHOWN_MESSAGES = 4;

export function RoomsStory() {
  const server = useFakeServer({ resume: 'takeover', positions: true });
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What the page is looking at"
        lead="Open a second panel, close it, restart the server: it is told exactly what changed, and no note is missing."
        notes={
          <>
            <p>
              <code>useWsChannel</code> counts. The first panel joins a room, and the last one leaves it, a
              second after it is gone: a route change or StrictMode sends nothing. Rooms that open together
              are one message.
            </p>
            <p>
              After <strong>a lost link</strong> the session goes on, and nothing has to be said again. After
              a restart the sessions are gone: all rooms are joined again with one message, each from the
              position that was received last, so the notes of the meantime arrive too.
            </p>
          </>
        }
        sources={['hooks/use-ws-channel.ts', 'src/service/channels/membership.ts']}
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="A note to">
              {rooms.map((room) => (
                <Verb
                  key={room}
                  did={`You sent a note to ${room}`}
                  title="Everybody in the room gets it"
                  onPress={() => sendNote(server, room)}
                >
                  {room}
                </Verb>
              ))}
            </ControlRow>
            <ControlRow label="Trouble">
              <Verb
                did="The server restarted, and a note came meanwhile"
                title="Forget all sessions, and send a note to design before anybody is back"
                onPress={() => {
                  server.restart();
                  sendNote(server, 'design');
                }}
              >
                Restart, and a note
              </Verb>
              <Verb
                did="The server ended the room random"
                title="It ends the membership; the page shows that, and can ask again"
                onPress={() => server.endMembership('random', { reason: 'closed' })}
              >
                End random
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Rooms server={server} />
          <Messages server={server} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Rooms({ server }: { readonly server: FakeServer }) {
  const [panels, setPanels] = useState<Readonly<Record<RoomName, number>>>({
    design: 1,
    support: 1,
    random: 0,
  });
  const change = (room: RoomName, by: number): void =>
    setPanels((before) => ({ ...before, [room]: Math.max(before[room] + by, 0) }));
  return (
    <div className="rooms">
      {rooms.map((room) => (
        <RoomColumn
          key={room}
          {...{ server, room }}
          panels={panels[room]}
          onOpen={() => change(room, 1)}
          onClose={() => change(room, -1)}
        />
      ))}
    </div>
  );
}

interface RoomColumnProps {
  readonly server: FakeServer;
  readonly room: RoomName;
  readonly panels: number;
  readonly onOpen: () => void;
  readonly onClose: () => void;
}

function RoomColumn({ server, room, panels, onOpen, onClose }: RoomColumnProps) {
  const headingId = useId();
  const members = useServerState(server, () => server.members(room).length);
  return (
    <section className="room" aria-labelledby={headingId}>
      <header className="room-head">
        <h3 id={headingId}>{room}</h3>
        <span className="hint" data-testid={`server ${room}`}>
          {members > 0 ? 'joined at the server' : 'not joined at the server'}
        </span>
      </header>
      {Array.from({ length: panels }, (_, index) => index).map((index) => (
        <div key={index} className="room-panel" data-testid={`panel ${room}`}>
          <Room name={room} />
        </div>
      ))}
      <div className="row">
        <button type="button" className="button small" disabled={panels === 2} onClick={onOpen}>
          Open {room}
        </button>
        <button type="button" className="button small" disabled={panels === 0} onClick={onClose}>
          Close {room}
        </button>
      </div>
    </section>
  );
}

/** What the page has said about rooms, newest first. */
function Messages({ server }: { readonly server: FakeServer }) {
  const headingId = useId();
  const [messages, setMessages] = useState<readonly { readonly id: number; readonly words: string }[]>([]);
  useEffect(
    () =>
      server.onMessage(({ event, data }) => {
        if (event !== 'join' && event !== 'leave') return;
        const words = `${event} ${namesIn(data).join(', ')}`;
        setMessages((before) => [{ id: (before[0]?.id ?? 0) + 1, words }, ...before]);
      }),
    [server],
  );
  return (
    <div className="stack tight">
      <h3 id={headingId}>
        Said to the server: <span data-testid="messages">{messages.length}</span>
      </h3>
      <ol className="room-messages" aria-labelledby={headingId}>
        {messages.slice(0, SHOWN_MESSAGES).map(({ id, words }) => (
          <li key={id}>
            <code>{words}</code>
          </li>
        ))}
      </ol>
    </div>
  );
}

let notes = 0;

function sendNote(server: FakeServer, room: RoomName): void {
  notes += 1;
  server.publish(room, 'note', { id: `${notes}`, text: `Note ${notes}` });
}

/** A join has objects with a name, a leave has names. */
function namesIn(data: unknown): readonly string[] {
  const { channels } = Object(data) as { readonly channels?: readonly unknown[] };
  return (channels ?? []).map((one) => String(Object(one)['name'] ?? one));
}
