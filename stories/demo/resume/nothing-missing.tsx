/** A session that is resumed after a break: nothing is missing. */

import { WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { EventStrip, useTicking } from '../../ui/event-strip.tsx';
import { LinkTable } from '../../ui/link-table.tsx';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createNumberedStream } from '../numbered-stream.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { DropAndSend, LoseThree, SendFive } from './stream-buttons.tsx';

export function NothingMissingStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [stream] = useState(() => createNumberedStream(server));
  const [ticking, setTicking] = useState<'on' | 'off'>('on');
  useTicking(stream, ticking);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Replayed, with no notice"
        sources={['src/stream/sequence.ts', 'src/connection/lifecycle.ts']}
        lead={
          <>
            Drop the link and watch: the missing events are replayed in order, and the app sees only{' '}
            <code>reconnecting</code>.
          </>
        }
        notes={
          <>
            <p>
              The server numbers the events of a session and keeps the newest 128. The next link names the
              session and the first missing number, and the server sends the rest.
            </p>
            <p>
              Events that are <strong>lost on the way</strong> over a healthy link are recovered too. The
              event behind the gap is not delivered; the link is closed with code 4001, and the next one
              requests what is missing.
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
