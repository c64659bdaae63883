/** A price that is throttled, and bars of one second each. */

import { WebSocketProvider } from 'everwire';
import { type CSSProperties, memo, useId, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { RenderCounter } from '../../ui/render-counter.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { FeedChoice } from './feed-choice.tsx';
import { type Feed, type Quote, type QuoteDesk, useQuoteDesk, useQuoteDeskView } from './quote-desk.ts';

interface Bar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

const { useCalmQuote } = exportsOf<{ useCalmQuote: () => Quote | undefined }>(
  import.meta.glob('../../../.storybook/code/14-throttle.tsx', { eager: true }),
);
const { useBars } = exportsOf<{ useBars: (symbol: string) => readonly Bar[] }>(
  import.meta.glob('../../../.storybook/code/14-bars.tsx', { eager: true }),
);

const symbols = ['ALFA', 'BRAVO', 'CHARLIE'];

/** How many bars `useBars` keeps. */
const SHOWN_BARS = 12;

export function ThrottleAndBufferStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [feed, setFeed] = useState<Feed>('on');
  const [symbol, setSymbol] = useState('ALFA');
  const desk = useQuoteDesk(server, symbols, feed);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Throttle and buffer"
        sources={['hooks/use-ws-stream.ts', 'hooks/create-pipeline.ts']}
        lead="Send 300 prices at once: the price renders once or twice; the bars count all."
        notes={
          <p>
            <code>useWsStream</code> runs an RxJS pipeline over the events of a name, and returns its last
            output. The last price is shown after at most a second; a bar collects the prices of one second.
            The symbol is an input of the pipeline: choose another one, and the bars begin again.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <FeedChoice feed={feed} onChange={setFeed} />
            <ControlRow label="Prices">
              <Verb did="300 prices at once" title="300 events at once" onPress={() => desk.send(300)}>
                300 at once
              </Verb>
            </ControlRow>
            <ControlRow label="Bars">
              <select
                className="select small"
                aria-label="symbol"
                value={symbol}
                onChange={(event) => setSymbol(event.target.value)}
              >
                {symbols.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <CalmQuote />
          <Sent desk={desk} />
          <Bars symbol={symbol} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

/** By itself: what the rest of the page renders is not its render. */
const CalmQuote = memo(function CalmQuote() {
  const quote = useCalmQuote();
  return (
    <dl className="stats">
      <div>
        <dt>The throttled price</dt>
        <dd data-testid="calm">{quote ? `${quote.symbol} ${quote.price.toFixed(2)}` : 'none yet'}</dd>
      </div>
      <div>
        <dt>Its component</dt>
        <dd className="minor">
          <RenderCounter label="calm" />
        </dd>
      </div>
    </dl>
  );
});

function Sent({ desk }: { readonly desk: QuoteDesk }) {
  const { sent, last } = useQuoteDeskView(desk);
  const newest = last.at(-1);
  return (
    <dl className="stats">
      <div>
        <dt>The last price sent</dt>
        <dd data-testid="newest">{newest ? `${newest.symbol} ${newest.price.toFixed(2)}` : 'none yet'}</dd>
      </div>
      <div>
        <dt>Prices sent</dt>
        <dd data-testid="sent">{sent}</dd>
      </div>
    </dl>
  );
}

const Bars = memo(function Bars({ symbol }: { readonly symbol: string }) {
  const bars = useBars(symbol);
  const headingId = useId();
  const bottom = Math.min(...bars.map(({ low }) => low));
  const span = Math.max(...bars.map(({ high }) => high)) - bottom || 1;
  const place = ({ low, high }: Bar): CSSProperties => ({
    bottom: `${((low - bottom) / span) * 100}%`,
    height: `max(3px, ${((high - low) / span) * 100}%)`,
  });
  return (
    <section className="stack tight" aria-labelledby={headingId}>
      <h3 id={headingId}>{symbol}, one bar for each second with prices</h3>
      <ol className="bars" data-testid="bars">
        {bars.map((bar, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar has no id, and no state.
          <li key={index} className="bar">
            <span className="bar-field" aria-hidden="true">
              <span className="bar-range" style={place(bar)} />
            </span>
            <span className="visually-hidden">
              {bar.low.toFixed(2)} to {bar.high.toFixed(2)}, prices:{' '}
            </span>
            <span className="bar-count" data-testid="bar count">
              {bar.count}
            </span>
          </li>
        ))}
        {Array.from({ length: SHOWN_BARS - bars.length }, (_, index) => index).map((index) => (
          <li key={`free ${index}`} className="bar" aria-hidden="true">
            <span className="bar-field" />
          </li>
        ))}
      </ol>
      <p className="hint">Below each bar: how many prices it is made of.</p>
    </section>
  );
});
