/** An order book that is folded from a fast stream. */

import { WebSocketProvider } from 'everwire';
import { memo, useEffect, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { BookLink } from '../../ui/book-link.tsx';
import { RenderCounter } from '../../ui/render-counter.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createMarket, type Level } from '../market.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

/** The order book on the page, and the number of changes in it. */
interface Book {
  readonly levels: Readonly<Record<number, Level>>;
  readonly changes: number;
}

const { useOrderBook } = exportsOf<{ useOrderBook: () => Book }>(
  import.meta.glob('../../../.storybook/code/09-order-book.tsx', { eager: true }),
);

export const BURST = 5_000;

const TRADING_EVERY_MS = 100;

export function OrderBookStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [trading, setTrading] = useState<'on' | 'off'>('on');
  const [sent, setSent] = useState(0);
  const change = (times: number): void => {
    market.change(times);
    setSent((before) => before + times);
  };
  useEffect(() => {
    if (trading === 'off') return;
    const timer = setInterval(() => {
      // No client has connected yet: the event would reach no session.
      if (server.connections.length === 0) return;
      market.change(20);
      setSent((before) => before + 20);
    }, TRADING_EVERY_MS);
    return () => clearInterval(timer);
  }, [server, market, trading]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A fold: an order book"
        sources={['hooks/use-ws-reducer.ts', 'hooks/create-fold.ts']}
        lead="Send 5,000 changes at once: every one is counted, and the book renders once or twice."
        notes={
          <>
            <p>
              <code>useWsReducer</code> folds every event of a name into your state, and renders at most once
              per frame. Here 20 changes arrive every tenth of a second.
            </p>
            <p>
              The reducer must be pure. Side effects belong in <code>useWsEventHandler</code>; for throttling
              and timing, use a pipeline: <BookLink to="14-rxjs-in-a-component--docs">chapter 14</BookLink>.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={trading === 'on'}
                onChange={(event) => setTrading(event.target.checked ? 'on' : 'off')}
              />
              Trading goes on
            </label>
            <ControlRow label="Changes">
              <Verb did="5,000 changes at once" title="5,000 events in one go" onPress={() => change(BURST)}>
                5,000 at once
              </Verb>
              <Verb
                did="You dropped the link, and 50 changes were sent"
                title="Fewer than the server keeps: they are replayed"
                onPress={() => {
                  server.drop();
                  change(50);
                }}
              >
                Drop, and send 50
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <OrderBook truth={market.levels} sent={sent} />
      </StoryPage>
    </WebSocketProvider>
  );
}

interface OrderBookProps {
  readonly truth: ReadonlyMap<number, Level>;
  readonly sent: number;
}

function OrderBook({ truth, sent }: OrderBookProps) {
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Changes sent</dt>
          <dd data-testid="sent">{sent.toLocaleString('en')}</dd>
        </div>
      </dl>
      <BookTable truth={truth} />
    </div>
  );
}

/** A component of its own, so that it does not count renders of the rest of the page. */
const BookTable = memo(function BookTable({ truth }: { readonly truth: ReadonlyMap<number, Level> }) {
  const { levels, changes } = useOrderBook();
  const rows = Object.values(levels).sort((one, other) => other.price - one.price);
  const isSame =
    rows.every(({ price, size }) => truth.get(price)?.size === size) && rows.length === truth.size;
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Changes received</dt>
          <dd data-testid="folded">{changes.toLocaleString('en')}</dd>
        </div>
        <div>
          <dt>Compared with the server</dt>
          <dd data-testid="verdict">{isSame ? 'the same' : 'behind'}</dd>
        </div>
        <div>
          <dt>The book itself</dt>
          <dd className="minor">
            <RenderCounter label="book" />
          </dd>
        </div>
      </dl>
      <table className="table order-book">
        <caption className="visually-hidden">The order book</caption>
        <thead>
          <tr>
            <th scope="col">Side</th>
            <th scope="col">Price</th>
            <th scope="col">Size</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ side, price, size }) => (
            <tr key={price} data-side={side}>
              <td>{side}</td>
              <td className="number">{price.toFixed(2)}</td>
              <td className="number">
                <span className="order-bar" style={{ width: `${size / 12}%` }} />
                <span className="order-size">{size}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
});
