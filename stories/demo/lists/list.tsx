/** A list of the newest trades, through a burst of thousands. */

import { WebSocketProvider } from 'everwire';
import { type ComponentType, useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createMarket } from '../market.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { Trades } = exportsOf<{ Trades: ComponentType<{ limit: number }> }>(
  import.meta.glob('../../../.storybook/code/09-trades.tsx', { eager: true }),
);

export const LIMIT = 8;

export function ListStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [limit, setLimit] = useState(LIMIT);
  const headingId = useId();
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A list, with a limit"
        sources={['hooks/use-ws-events.ts']}
        prose={
          <p>
            <code>useWsEvents</code> is the fold that is needed most: the last events of a name, or of
            several, oldest first, and no more than <code>limit</code> of them, so that a page that stays open
            for a week does not grow. Give each item a key of its own data. <code>seq</code> will not do: it
            is unique within one session only. <strong>Restart</strong>, and the numbers begin again, while
            the list goes on.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="Trades">
              <Verb did="One trade" title="One event" onPress={() => market.trade(1)}>
                One trade
              </Verb>
              <Verb
                did="1,000 trades at once"
                title="1,000 events at once"
                onPress={() => market.trade(1_000)}
              >
                1,000 trades
              </Verb>
            </ControlRow>
            <ControlRow label="List">
              <select
                className="select small"
                aria-label="limit"
                value={limit}
                onChange={(event) => setLimit(Number(event.target.value))}
              >
                {[3, LIMIT, 20].map((one) => (
                  <option key={one} value={one}>
                    limit {one}
                  </option>
                ))}
              </select>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <section className="stack tight trades-box" aria-labelledby={headingId}>
            <h3 id={headingId}>The trades</h3>
            <Trades limit={limit} />
          </section>
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}
