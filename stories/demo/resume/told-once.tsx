/** A session whose events are gone: one notice for each break. */

import { WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { EventStrip } from '../../ui/event-strip.tsx';
import { LinkTable } from '../../ui/link-table.tsx';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createNumberedStream } from '../numbered-stream.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { DropAndSend, SendFive } from './stream-buttons.tsx';

/** The number of events that the server of the second story keeps for a resume. */
const SMALL_RING = 10;

export function ToldOnceStory() {
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
