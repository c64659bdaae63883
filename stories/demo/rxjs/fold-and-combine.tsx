/** An average of the last prices, and the difference between two events of different names. */

import { WebSocketProvider } from 'everwire';
import { useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { BookLink } from '../../ui/book-link.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { createQuoteDesk, type QuoteDesk, useQuoteDeskView } from './quote-desk.ts';

const { useAverage } = exportsOf<{ useAverage: () => number | undefined }>(
  import.meta.glob('../../../.storybook/code/14-average.tsx', { eager: true }),
);
const { useSpread } = exportsOf<{ useSpread: () => number | undefined }>(
  import.meta.glob('../../../.storybook/code/14-spread.tsx', { eager: true }),
);

export function FoldAndCombineStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [desk] = useState(() => createQuoteDesk(server, ['ALFA']));
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Fold, and combine two names"
        sources={['hooks/use-ws-stream.ts', 'hooks/create-pipeline.ts']}
        lead={
          <>
            Send a bid, then an ask: <code>combineLatest</code> needs one of each before its first output.
          </>
        }
        notes={
          <p>
            <code>scan</code> keeps a state between two events, here the last ten prices. It gets every event,
            also those that are replayed after a lost link. For a fold alone, <code>useWsReducer</code> is
            enough: <BookLink to="09-reducers-and-lists--docs">chapter 09</BookLink>.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Prices">
              <Verb did="Five prices" title="Five events" onPress={() => desk.send(5)}>
                Five prices
              </Verb>
              <Verb
                did="You dropped the link, and 20 prices were sent"
                title="They are replayed when the link is back"
                onPress={() => {
                  server.drop();
                  desk.send(20);
                }}
              >
                Drop, and send 20
              </Verb>
            </ControlRow>
            <ControlRow label="Quotes">
              <Verb did="A bid" title="One event" onPress={() => desk.sendSpread(['bid'])}>
                Bid
              </Verb>
              <Verb did="An ask" title="One event" onPress={() => desk.sendSpread(['ask'])}>
                Ask
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Figures desk={desk} />
      </StoryPage>
    </WebSocketProvider>
  );
}

function Figures({ desk }: { readonly desk: QuoteDesk }) {
  const { last, bid, ask } = useQuoteDeskView(desk);
  const average = useAverage();
  const spread = useSpread();
  const truth = last.length === 0 ? undefined : last.reduce((sum, { price }) => sum + price, 0) / last.length;
  return (
    <div className="stack">
      <table className="table">
        <caption className="visually-hidden">What the pipelines return, and what the server sent</caption>
        <thead>
          <tr>
            <th scope="col">Figure</th>
            <th scope="col">On this page</th>
            <th scope="col">On the server</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>Average of the last ten</td>
            <td className="number" data-testid="average">
              {shown(average)}
            </td>
            <td className="number" data-testid="true average">
              {shown(truth)}
            </td>
          </tr>
          <tr>
            <td>Spread</td>
            <td className="number" data-testid="spread">
              {shown(spread)}
            </td>
            <td className="number" data-testid="true spread">
              {bid === undefined || ask === undefined ? '–' : shown(ask - bid)}
            </td>
          </tr>
          <tr>
            <td>Bid</td>
            <td />
            <td className="number">{shown(bid)}</td>
          </tr>
          <tr>
            <td>Ask</td>
            <td />
            <td className="number">{shown(ask)}</td>
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function shown(price: number | undefined): string {
  return price?.toFixed(2) ?? '–';
}
