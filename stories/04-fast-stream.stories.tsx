/** Chapter 04: 200 prices from a stream of thousands of messages a second, with a frame meter. */

import type { Meta, StoryObj } from '@storybook/react-vite';
import { useWsEvent, useWsEventHandler, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { memo, type RefObject, useEffect, useRef, useState } from 'react';
import { expect, fireEvent, waitFor } from 'storybook/test';
import {
  type Price,
  type PriceFeed,
  priceEvent,
  priceEvents,
  startPriceFeed,
  symbols,
} from './demo/price-feed.ts';
import { shortDelays } from './demo/short-delays.ts';
import { stepsOf } from './demo/steps.ts';
import { FrameMeter } from './ui/frame-meter.tsx';
import { ServerControls } from './ui/server-controls.tsx';
import { StoryPage } from './ui/story-page.tsx';
import { useFakeServer } from './ui/use-fake-server.ts';

const meta = {
  title: '04 A fast stream',
  parameters: { layout: 'fullscreen' },
} satisfies Meta;

export default meta;

const START_RATE = 2_000;
const TOP_RATE = 8_000;
/** The interval of the figures: faster ones could not be read. */
const SHOW_EVERY_MS = 250;

export const TwoHundredPrices: StoryObj = {
  name: '200 prices',
  parameters: { code: ['04-prices.tsx'] },
  render: () => <FastStreamStory />,
  play: async ({ canvas, userEvent, step }) => {
    const { waitForStatus, waitForFigure } = stepsOf({ canvas, userEvent });
    const figure = (name: string) => Number(canvas.getByTestId(name).textContent?.replaceAll(',', ''));
    await waitForStatus('connected');
    const rate = canvas.getByRole('slider', { name: 'Messages a second' });

    await step('200 prices come in at thousands of messages a second', async () => {
      await expect(canvas.getAllByTestId('price')).toHaveLength(200);
      fireEvent.change(rate, { target: { value: String(TOP_RATE) } });
      await waitFor(() => expect(figure('received')).toBeGreaterThan(2_000));
      await waitFor(() => expect(canvas.queryAllByText('–', { selector: '.price-value' })).toHaveLength(0));
    });

    await step('renders are bounded by frames, not by messages', async () => {
      await expect(figure('renders')).toBeGreaterThan(0);
      await expect(figure('renders')).toBeLessThan(figure('received'));
      await waitFor(() => expect(figure('fps')).toBeGreaterThan(0));
    });

    await step('it stops when the slider says so', async () => {
      fireEvent.change(rate, { target: { value: '0' } });
      await waitForFigure('per second', /^0$/);
    });

    fireEvent.change(rate, { target: { value: String(START_RATE) } });
  },
};

function FastStreamStory() {
  const server = useFakeServer();
  const [rate, setRate] = useState(START_RATE);
  const renders = useRef(0);
  usePriceFeed(server, rate);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter="04 A fast stream"
        title="200 prices, thousands of messages a second"
        sources={['src/store/latest-events.ts', 'src/transport/frame-scheduler.ts']}
        lead="Move the slider: the messages grow, and the frames per second stay."
        notes={
          <>
            <p>
              Each price is a component with <code>useWsEvent('price:…')</code>. It renders at most once per
              frame, and only if a message was for it. A few symbols are busier than the rest, as in a real
              feed.
            </p>
            <p>
              Drop the link at a high rate, and the server sends more meanwhile than it keeps: the page gets
              one notice of missed events.
            </p>
          </>
        }
        controls={<ServerControls server={server} groups={['link', 'server']} />}
      >
        <div className="stack">
          <div className="stream-head">
            <div className="stack">
              <div className="field rate">
                <label htmlFor="rate">Messages a second</label>
                <div className="row">
                  <input
                    id="rate"
                    type="range"
                    min={0}
                    max={TOP_RATE}
                    step={500}
                    value={rate}
                    onChange={(event) => setRate(Number(event.target.value))}
                  />
                  <span className="rate-value number">{rate.toLocaleString('en')}</span>
                </div>
              </div>
              <Figures renders={renders} />
            </div>
            <FrameMeter />
          </div>
          <div className="prices">
            {symbols.map((symbol) => (
              <PriceTile key={symbol} symbol={symbol} renders={renders} />
            ))}
          </div>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface PriceTileProps {
  readonly symbol: string;
  readonly renders: RefObject<number>;
}

const PriceTile = memo(function PriceTile({ symbol, renders }: PriceTileProps) {
  const latest = useWsEvent(priceEvent(symbol));
  useEffect(() => {
    renders.current += 1;
  });
  const price = latest === undefined ? null : (latest.data as Price);
  return (
    <div className="price" data-testid="price" data-direction={price?.direction ?? 'none'}>
      <span className="price-symbol">{symbol}</span>
      <span className="price-value">
        {price === null ? '–' : `${price.direction === 'up' ? '▲' : '▼'}${price.price.toFixed(2)}`}
      </span>
    </div>
  );
});

interface FiguresProps {
  readonly renders: RefObject<number>;
}

function Figures({ renders }: FiguresProps) {
  const received = useRef(0);
  useWsEventHandler(priceEvents, () => {
    received.current += 1;
  });
  const [shown, setShown] = useState({ received: 0, renders: 0, perSecond: 0 });
  useEffect(() => {
    let before = { received: received.current, at: performance.now() };
    const timer = setInterval(() => {
      const now = { received: received.current, at: performance.now() };
      const perSecond = ((now.received - before.received) * 1_000) / (now.at - before.at);
      before = now;
      setShown({ received: now.received, renders: renders.current, perSecond: Math.round(perSecond) });
    }, SHOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [renders]);
  return (
    <dl className="stats">
      <div>
        <dt>Received</dt>
        <dd data-testid="received">{shown.received.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>Each second</dt>
        <dd data-testid="per second">{shown.perSecond.toLocaleString('en')}</dd>
      </div>
      <div>
        <dt>Tiles rendered</dt>
        <dd data-testid="renders">{shown.renders.toLocaleString('en')}</dd>
      </div>
    </dl>
  );
}

function usePriceFeed(server: FakeServer, rate: number): void {
  const feed = useRef<PriceFeed | null>(null);
  useEffect(() => {
    const started = startPriceFeed(server);
    feed.current = started;
    return () => started.stop();
  }, [server]);
  useEffect(() => feed.current?.setRate(rate), [rate]);
}
