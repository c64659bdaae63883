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
        title="Lost, with one notice"
        sources={['src/stream/sequence.ts', 'hooks/use-missed-events.ts']}
        lead={
          <>Drop the link while 20 events are sent: the server keeps {SMALL_RING}, so you get one notice.</>
        }
        notes={
          <>
            <p>
              While it sends 8, all are replayed and there is no notice. With 20, the first ones are gone, and
              the server starts a new session whose numbers begin again. A restart and a skipped number have
              the same effect.
            </p>
            <p>
              <code>useMissedEvents</code> is called once, before the first event of the new session. It is
              the place to fetch your data again.
            </p>
          </>
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
