/** A page with a few channels, one of them refused, and the panel that lists them. */

import {
  joinChannel,
  useWebSocketService,
  useWsChannel,
  WebSocketProvider,
  type WebSocketService,
} from 'everwire';
import { WebSocketDevtools } from 'everwire/devtools';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useState } from 'react';
import { ControlRow, Verb } from '../ui/server-controls.tsx';
import { StoryPage } from '../ui/story-page.tsx';
import { useFakeServer } from '../ui/use-fake-server.ts';
import { shortDelays } from './short-delays.ts';

const rooms = ['room:board', 'room:support', 'room:random'] as const;
const MANY = 10_000;
const EVERY_MS = 250;

export interface DevtoolsChannelsStoryProps {
  readonly chapter: string;
  readonly theme: 'light' | 'dark';
}

export function DevtoolsChannelsStory({ chapter, theme }: DevtoolsChannelsStoryProps) {
  const server = useFakeServer({
    ...{ resume: 'takeover', positions: true },
    join(channel) {
      if (channel === 'room:board') throw new Error('You are not invited');
    },
  });
  const [designs, setDesigns] = useState(1);
  const [many, setMany] = useState<'on' | 'off'>('off');
  useNotes(server);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={chapter}
        title="Which channels are open"
        sources={['devtools/channels.ts', 'devtools/channel-list.tsx']}
        lead={
          <>
            Open <strong>Channels</strong> in the panel: who holds each, where it is, and why one is refused.
          </>
        }
        notes={
          <p>
            Click a channel to see only its messages: its events, its join and the answer, and what was missed
            in it. With 10,000 channels only those in view are drawn.
          </p>
        }
        log="none"
      >
        <div className="controls">
          <ControlRow label="Design">
            <Verb
              did="One more component shows it"
              title="Mount another component"
              onPress={() => setDesigns(designs + 1)}
            >
              One more
            </Verb>
            <Verb did="No component shows it" title="Unmount all of them" onPress={() => setDesigns(0)}>
              Close all
            </Verb>
          </ControlRow>
          <ControlRow label="Server">
            <Verb
              did="The server ended room:random"
              title="It ends the membership"
              onPress={() => server.endMembership('room:random', { reason: 'closed for today' })}
            >
              End room:random
            </Verb>
            <Verb did="Restart" title="Cut all links, forget all sessions" onPress={() => server.restart()}>
              Restart
            </Verb>
            <label className="choice">
              <input
                type="checkbox"
                checked={many === 'on'}
                onChange={(event) => setMany(event.target.checked ? 'on' : 'off')}
              />
              10,000 more
            </label>
          </ControlRow>
        </div>
        {rooms.map((room) => (
          <Joined key={room} name={room} />
        ))}
        {Array.from({ length: designs }, (_, index) => index).map((index) => (
          <Joined key={index} name="room:design" />
        ))}
        {many === 'on' && <Many />}
      </StoryPage>
      <WebSocketDevtools initiallyOpen placement="docked" theme={theme} />
    </WebSocketProvider>
  );
}

function Joined({ name }: { readonly name: string }) {
  useWsChannel(name);
  return null;
}

function Many() {
  const service = useWebSocketService();
  useEffect(() => joinMany(service), [service]);
  return null;
}

function joinMany(service: WebSocketService): () => void {
  const joined = Array.from({ length: MANY }, (_, index) => joinChannel(service, `quote:${index}`));
  return () => {
    for (const one of joined) one.leave();
  };
}

function useNotes(server: FakeServer): void {
  useEffect(() => {
    let count = 0;
    const timer = setInterval(() => {
      count += 1;
      const room = count % 3 === 0 ? 'room:support' : 'room:design';
      server.publish(room, 'note', { id: `${count}`, text: `Note ${count}` });
      if (count % 2 === 0)
        server.publish(`quote:${count % MANY}`, 'quote', { price: 100 + (count % 50) / 10 });
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, [server]);
}
