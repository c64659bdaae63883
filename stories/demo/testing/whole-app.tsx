/** An app that opens its own sockets, on a fake server in place of the global class. */

import { WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { type ComponentType, useEffect, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';
import { OrderControls } from './in-a-story.tsx';

const { Shop } = exportsOf<{ Shop: ComponentType }>(
  import.meta.glob('../../../.storybook/code/12-shop.tsx', { eager: true }),
);

export function WholeAppStory() {
  const fake = useFakeServer({ url: 'wss://shop.example/ws' });
  const [installed, setInstalled] = useState<'yes' | 'no'>('yes');
  return (
    // The page's own badge and log use the fake too: the app inside has a connection of its own.
    <WebSocketProvider url={fake.url} WebSocket={fake.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="A whole app, as it is"
        sources={['src/testing/global-socket.ts']}
        lead={
          <>
            The app opens its own socket, and <code>installGlobal()</code> answers it: press{' '}
            <strong>Delivered</strong>, then uninstall.
          </>
        }
        notes={
          <p>
            A test of a whole app may have no place to pass a <code>WebSocket</code> in.{' '}
            <code>server.installGlobal()</code> replaces the global class for one address; sockets to other
            addresses stay the browser’s own. The function that it returns removes it again. It works for
            other libraries that open sockets, too.
          </p>
        }
        controls={
          <ServerControls server={fake} groups={['link', 'handshakes']}>
            <OrderControls server={fake} />
            <ControlRow label="Global">
              <Verb
                did="You installed the fake"
                title="server.installGlobal()"
                disabled={installed === 'yes'}
                onPress={() => setInstalled('yes')}
              >
                Install
              </Verb>
              <Verb
                did="You took the fake away"
                title="The function that installGlobal() returned"
                disabled={installed === 'no'}
                onPress={() => setInstalled('no')}
              >
                Uninstall
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        {installed === 'yes' ? <InstalledShop server={fake} /> : <NoShop />}
      </StoryPage>
    </WebSocketProvider>
  );
}

function InstalledShop({ server: fake }: { readonly server: FakeServer }) {
  const [state, setState] = useState<'not yet' | 'installed'>('not yet');
  useEffect(() => {
    const uninstall = fake.installGlobal();
    setState('installed');
    return uninstall;
  }, [fake]);
  const [sockets, setSockets] = useState(0);
  useEffect(
    // One of them is the page's own.
    () => fake.onChange(() => setSockets(Math.max(0, fake.connections.length - 1))),
    [fake],
  );
  return (
    <div className="stack">
      {/* An app that opens its socket before the fake is there would open a real one. */}
      <div className="app-frame">{state === 'installed' && <Shop />}</div>
      <GlobalFacts whose="the fake’s, for this address" sockets={sockets} />
    </div>
  );
}

function NoShop() {
  return (
    <div className="stack">
      <div className="app-frame">
        <p className="hint">No app: it would open a real socket now.</p>
      </div>
      <GlobalFacts whose="the browser’s own" sockets={0} />
    </div>
  );
}

function GlobalFacts({ whose, sockets }: { readonly whose: string; readonly sockets: number }) {
  return (
    <dl className="stats">
      <div>
        <dt>The global WebSocket is</dt>
        <dd className="minor" data-testid="global">
          {whose}
        </dd>
      </div>
      <div>
        <dt>Sockets of the shop</dt>
        <dd className="minor" data-testid="shop sockets">
          {sockets}
        </dd>
      </div>
    </dl>
  );
}
