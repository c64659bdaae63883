/** Servers that number their events and resume sessions, or do not. */

import { WebSocketProvider } from 'everwire';
import type { FakeServerOptions } from 'everwire/testing';
import { useState } from 'react';
import { EventStrip } from '../../ui/event-strip.tsx';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createNumberedStream } from '../numbered-stream.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { DropAndSend, LoseThree, SendFive } from './stream-buttons.tsx';

interface ServerKind {
  readonly label: string;
  readonly options: FakeServerOptions;
  readonly outcome: string;
}

const numbersAndId: ServerKind = {
  label: 'Numbers and session ids',
  options: { resume: 'takeover' },
  outcome: 'Both accidents are recovered, without a notice.',
};

const kinds: readonly ServerKind[] = [
  numbersAndId,
  {
    label: 'Numbers only',
    options: { hello: false },
    outcome:
      'A gap has a notice with its size, before the next event. After a lost link the loss is unknown.',
  },
  {
    label: 'Neither',
    options: { hello: false, numbered: false },
    outcome:
      'What is lost on the way is lost in silence: there is nothing to see it by. After a lost link: unknown.',
  },
];

export function ServerKindsStory() {
  const [kind, setKind] = useState(numbersAndId);
  return <ServerKindPage key={kind.label} kind={kind} onChoose={setKind} />;
}

interface ServerKindPageProps {
  readonly kind: ServerKind;
  readonly onChoose: (kind: ServerKind) => void;
}

/** Another kind is another server and another page, so it is the key. */
function ServerKindPage({ kind, onChoose }: ServerKindPageProps) {
  const server = useFakeServer(kind.options);
  const [stream] = useState(() => createNumberedStream(server));
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What a server can tell"
        sources={['src/stream/sequence.ts', 'src/protocols/envelope.ts']}
        lead="Choose a server and break the link: what it sends decides what can be recovered."
        notes={
          <p>
            A <code>seq</code> with each event makes a gap visible. A <code>connection_id</code> in the{' '}
            <code>hello</code> makes a resume possible. If the server is yours, send both.
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
