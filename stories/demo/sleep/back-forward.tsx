/** A page that enters the back/forward cache and comes back. */

import { useConnectionStatus, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useState } from 'react';
import { EventStrip } from '../../ui/event-strip.tsx';
import { LinkTable } from '../../ui/link-table.tsx';
import { NoticeList } from '../../ui/notice-list.tsx';
import { PageListener } from '../../ui/page-signals.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer, useServerState } from '../../ui/use-fake-server.ts';
import { createNumberedStream } from '../numbered-stream.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

export function BackForwardStory() {
  const server = useFakeServer();
  const [stream] = useState(() => createNumberedStream(server));
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="The back/forward cache"
        sources={['src/transport/wake-signals.ts', 'src/connection/lifecycle.ts']}
        lead="Leave the page, send, and come back: the session continues, and the events are there."
        notes={
          <p>
            A browser keeps a page that you leave, and shows it again when you press Back. An open socket
            would keep the page out of that cache. So the link is closed on <code>pagehide</code>, and the
            session is resumed on <code>pageshow</code>. The two buttons dispatch these events here, and the
            page stays.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <ControlRow label="Events">
              <Verb
                did="The server sent five events"
                title="Five events at once"
                onPress={() => stream.send(5)}
              >
                Send five
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <PageListener />
        <div className="stack">
          <Leaving server={server} />
          <EventStrip stream={stream} />
          <LinkTable server={server} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

function Leaving({ server }: { readonly server: FakeServer }) {
  const sockets = useServerState(server, ({ socketCount }) => socketCount);
  const status = useConnectionStatus();
  const [place, setPlace] = useState<'here' | 'away'>('here');
  // Other signals wake it too, and the browser fires its own.
  const isAway = place === 'away' && status !== 'connected';
  const go = (to: 'here' | 'away'): void => {
    setPlace(to);
    const type = to === 'away' ? 'pagehide' : 'pageshow';
    window.dispatchEvent(new PageTransitionEvent(type, { persisted: true }));
  };
  return (
    <div className="row">
      <button type="button" className="button" disabled={isAway} onClick={() => go('away')}>
        Leave the page
      </button>
      <button type="button" className="button" disabled={!isAway} onClick={() => go('here')}>
        Come back
      </button>
      <span className="hint number">
        Sockets open: <span data-testid="sockets">{sockets}</span>
      </span>
    </div>
  );
}
