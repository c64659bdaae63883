/** A list of the newest trades, beside the number of all that came. */

import { useWsReducer, WebSocketProvider } from 'everwire';
import { type ComponentType, useEffect, useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
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
/** Of the list; all of them fill its box. */
const LIMITS = [4, LIMIT, 16];

const TRADE_EVERY_MS = 900;

export function ListStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [limit, setLimit] = useState(LIMIT);
  const [trading, setTrading] = useState<'on' | 'off'>('on');
  useEffect(() => {
    if (trading === 'off') return;
    const timer = setInterval(() => {
      if (server.connections.length > 0) market.trade(1);
    }, TRADE_EVERY_MS);
    return () => clearInterval(timer);
  }, [server, market, trading]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A list, with a limit"
        sources={['hooks/use-ws-events.ts']}
        lead={<>Send 1,000 trades: the list keeps the last {limit}, so the page does not grow.</>}
        notes={
          <>
            <p>
              <code>useWsEvents</code> returns the last events of one name or of several, oldest first. The
              default limit is 100.
            </p>
            <p>
              Use an id of your data as the key, not <code>seq</code>: after <strong>Restart</strong> a new
              session numbers its events from the start again, while the list continues.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={trading === 'on'}
                onChange={(event) => setTrading(event.target.checked ? 'on' : 'off')}
              />
              Trading goes on
            </label>
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
                {LIMITS.map((one) => (
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
          <Figures limit={limit} />
          <TradeBox limit={limit} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Figures({ limit }: { readonly limit: number }) {
  const heard = useWsReducer('traded', (count: number) => count + 1, 0);
  return (
    <dl className="stats">
      <div>
        <dt>Trades received</dt>
        <dd data-testid="heard">{heard.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>In the list</dt>
        <dd data-testid="kept">{Math.min(heard, limit)}</dd>
      </div>
      <div>
        <dt>Dropped from it</dt>
        <dd>{Math.max(0, heard - limit).toLocaleString('en')}</dd>
      </div>
    </dl>
  );
}

function TradeBox({ limit }: { readonly limit: number }) {
  const headingId = useId();
  return (
    <section className="stack tight trades-box" aria-labelledby={headingId}>
      <h3 id={headingId}>The trades</h3>
      <Trades limit={limit} />
    </section>
  );
}
