/** The slice in a hook of observable-hooks, beside the same slice in useWsStream. */

import { WebSocketProvider } from 'everwire';
import { memo, useEffect, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { RenderCounter } from '../../ui/render-counter.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { createQuoteDesk, type QuoteDesk, useQuoteDeskView } from './quote-desk.ts';

const { useEveryPrice, useFramePrice } = exportsOf<{
  useEveryPrice: () => number | undefined;
  useFramePrice: () => number | undefined;
}>(import.meta.glob('../../../.storybook/code/14-slice.tsx', { eager: true }));

/** Shorter than a frame, so that several prices arrive in one. */
const SEND_EVERY_MS = 4;

export function SliceStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [desk] = useState(() => createQuoteDesk(server, ['ALFA']));
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => {
      desk.send(1);
      setLeft(left - 1);
    }, SEND_EVERY_MS);
    return () => clearTimeout(timer);
  }, [desk, left]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="The slice, for your own RxJS"
        sources={['hooks/use-named-events.ts', 'src/stream/event-stream.ts']}
        lead="Send 100 prices, several in each frame, and compare how often the two components render."
        notes={
          <p>
            Without a pipeline, <code>useWsStream</code> returns the slice of the shared stream: a stable
            Observable for the hooks of observable-hooks, or for other RxJS code. Those hooks render once per
            value, and subscribe in a passive effect.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Prices">
              <Verb
                did="100 prices, one after another"
                title="100 events, several in each frame"
                disabled={left > 0}
                onPress={() => setLeft(100)}
              >
                100 prices
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Sent desk={desk} />
          <EveryPrice />
          <FramePrice />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Sent({ desk }: { readonly desk: QuoteDesk }) {
  const { sent, last } = useQuoteDeskView(desk);
  return (
    <dl className="stats">
      <div>
        <dt>The last price sent</dt>
        <dd data-testid="newest">{shown(last.at(-1)?.price)}</dd>
      </div>
      <div>
        <dt>Prices sent</dt>
        <dd data-testid="sent">{sent}</dd>
      </div>
    </dl>
  );
}

const EveryPrice = memo(function EveryPrice() {
  const price = useEveryPrice();
  return (
    <dl className="stats">
      <div>
        <dt>useObservableState</dt>
        <dd data-testid="every">{shown(price)}</dd>
      </div>
      <div>
        <dt>Once per value</dt>
        <dd className="minor">
          <RenderCounter label="every" />
        </dd>
      </div>
    </dl>
  );
});

const FramePrice = memo(function FramePrice() {
  const price = useFramePrice();
  return (
    <dl className="stats">
      <div>
        <dt>useWsStream</dt>
        <dd data-testid="frame">{shown(price)}</dd>
      </div>
      <div>
        <dt>Once per frame</dt>
        <dd className="minor">
          <RenderCounter label="frame" />
        </dd>
      </div>
    </dl>
  );
});

function shown(price: number | undefined): string {
  return price?.toFixed(2) ?? 'none yet';
}
