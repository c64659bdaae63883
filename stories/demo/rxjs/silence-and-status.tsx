/** Notices that no price has arrived for 5 s, and counts prices per second while there is a connection. */

import { WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { FeedChoice } from './feed-choice.tsx';
import { type Feed, useQuoteDesk } from './quote-desk.ts';

const { useIsSilent } = exportsOf<{ useIsSilent: () => boolean }>(
  import.meta.glob('../../../.storybook/code/14-silence.tsx', { eager: true }),
);
const { useRate } = exportsOf<{ useRate: () => string }>(
  import.meta.glob('../../../.storybook/code/14-rate.tsx', { eager: true }),
);

const symbols = ['ALFA'];

export function SilenceAndStatusStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [feed, setFeed] = useState<Feed>('on');
  const desk = useQuoteDesk(server, symbols, feed);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Silence, and the status"
        sources={['hooks/use-ws-stream.ts', 'src/store/connection-store.ts']}
        lead="Stop the prices: after five seconds the page says so, although the connection is fine."
        notes={
          <p>
            The next price ends the warning. The rate is counted once per second together with the status,
            which <code>withLatestFrom</code> reads from the service’s store: drop the link, and the page says
            that there is no connection, instead of 0.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <FeedChoice feed={feed} onChange={setFeed} />
            <ControlRow label="Prices">
              <Verb did="One price" title="One event" onPress={() => desk.send(1)}>
                One price
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Signals />
      </StoryPage>
    </WebSocketProvider>
  );
}

function Signals() {
  const isSilent = useIsSilent();
  const rate = useRate();
  return (
    <div className="stack">
      <p className="signal" data-state={isSilent ? 'silent' : 'live'} data-testid="signal">
        {isSilent ? 'No price for 5 s' : 'Prices are arriving'}
      </p>
      <dl className="stats">
        <div>
          <dt>Prices</dt>
          <dd data-testid="rate">{rate}</dd>
        </div>
      </dl>
    </div>
  );
}
