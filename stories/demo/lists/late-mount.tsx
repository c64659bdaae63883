/** A component that mounts after the events have come. */

import { useWsEventHandler, WebSocketProvider } from 'everwire';
import { type ComponentType, useState } from 'react';
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

export function LateMountStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [market] = useState(() => createMarket(server));
  const [mounted, setMounted] = useState<'yes' | 'no'>('no');
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="What a late mount sees"
        sources={['src/store/latest-events.ts', 'hooks/use-fold.ts']}
        prose={
          <p>
            The newest event of each name is kept, so <code>useWsEvent</code> shows it in the first render,
            however late that is. Lists and folds are the component’s own: they begin empty, with its mount,
            and end with it. <strong>Send some, mount it, send more.</strong> State that has to outlive a
            component belongs above it, or in a store: see the next page.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Trades">
              <Verb did="Five trades" title="Five events" onPress={() => market.trade(5)}>
                Five trades
              </Verb>
            </ControlRow>
            <ControlRow label="Component">
              <Verb
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
          <Heard />
          <div className="late-comer" data-testid="late" data-mounted={mounted}>
            {mounted === 'yes' ? <LateComer /> : <p className="hint">Not mounted.</p>}
          </div>
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Heard() {
  const [heard, setHeard] = useState(0);
  useWsEventHandler('traded', () => setHeard((before) => before + 1));
  return (
    <dl className="stats">
      <div>
        <dt>Trades since this page was opened</dt>
        <dd>{heard}</dd>
      </div>
    </dl>
  );
}
