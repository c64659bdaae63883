/** A component that mounts after the first events: each of its hooks knows other ones. */

import { type IWebSocketEvent, useWsEventHandler, WebSocketProvider } from 'everwire';
import { type ComponentType, useEffect, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createMarket } from '../market.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { LateComer } = exportsOf<{ LateComer: ComponentType }>(
  import.meta.glob('../../../.storybook/code/09-late-mount.tsx', { eager: true }),
);

const FIRST_TRADES = 8;

export function LateMountStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [mounted, setMounted] = useState<'yes' | 'no'>('no');
  useEffect(() => {
    let isOpen = true;
    // The component is to come late: there are some trades before it.
    void server.connected().then(() => {
      if (isOpen) market.trade(FIRST_TRADES);
    });
    return () => {
      isOpen = false;
    };
  }, [server, market]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What a late mount sees"
        sources={['src/store/latest-events.ts', 'hooks/use-fold.ts']}
        lead="Mount the component after some trades: it shows the newest at once, and counts from then on."
        notes={
          <p>
            The newest event of each name is kept in the store, so <code>useWsEvent</code> has it in the first
            render. <code>useWsEvents</code> and <code>useWsReducer</code> begin empty when the component
            mounts, and end with it. State that must outlive a component belongs above it or in a store, as on
            the next page.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Trades">
              <Verb did="Five trades" title="Five events" onPress={() => market.trade(5)}>
                Five trades
              </Verb>
            </ControlRow>
            <ControlRow label="Mount">
              <Verb
                look={mounted === 'no' ? 'primary' : 'plain'}
                did={mounted === 'no' ? 'You mounted the component' : 'You unmounted the component'}
                title="A component that listens in three ways"
                onPress={() => setMounted(mounted === 'no' ? 'yes' : 'no')}
              >
                {mounted === 'no' ? 'Mount it' : 'Unmount it'}
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <Lanes mounted={mounted} />
          <div className="late-comer" data-testid="late" data-mounted={mounted}>
            {mounted === 'yes' ? <LateComer /> : <p className="hint">The component is not mounted.</p>}
          </div>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface HeardTrade {
  readonly id: string;
  readonly mounted: 'yes' | 'no';
}

/** As many as fit. */
const SHOWN_TRADES = 30;

/** Which trades each hook of the component knows: one dot for each trade, newest on the right. */
function Lanes({ mounted }: { readonly mounted: 'yes' | 'no' }) {
  const [trades, setTrades] = useState<readonly HeardTrade[]>([]);
  const hear = ({ data }: IWebSocketEvent): void => {
    const { id } = data as { readonly id: string };
    setTrades((before) => [...before, { id, mounted }].slice(-SHOWN_TRADES));
  };
  useWsEventHandler('traded', hear);
  // What came before an earlier mount ended is not known to this one.
  const [since, setSince] = useState({ mounted, id: '' });
  if (since.mounted !== mounted) setSince({ mounted, id: trades.at(-1)?.id ?? '' });
  const first = trades.findIndex(({ id }) => id === since.id) + 1;
  const knows = (hook: Hook, index: number): boolean => {
    if (mounted === 'no') return false;
    return hook === 'useWsEvent' ? index === trades.length - 1 : index >= first;
  };
  return (
    <div className="lanes">
      <p className="lanes-head">
        The last {SHOWN_TRADES} trades, the newest on the right. Filled: the hook knows it.
      </p>
      {HOOKS.map((hook) => (
        <div key={hook} className="lane">
          <code>{hook}</code>
          <span
            className="lane-dots"
            role="img"
            aria-label={`${hook} knows ${trades.filter((_, index) => knows(hook, index)).length} of ${trades.length} trades`}
          >
            {Array.from({ length: SHOWN_TRADES }, (_, place) => {
              const index = place - (SHOWN_TRADES - trades.length);
              const state = index < 0 ? 'none' : knows(hook, index) ? 'known' : 'unknown';
              const isMount = mounted === 'yes' && index === first && index > 0;
              // biome-ignore lint/suspicious/noArrayIndexKey: a place, not a trade.
              return <span key={place} className="lane-dot" data-state={state} data-mount={isMount} />;
            })}
          </span>
        </div>
      ))}
    </div>
  );
}

const HOOKS = ['useWsEvent', 'useWsEvents', 'useWsReducer'] as const;

type Hook = (typeof HOOKS)[number];
