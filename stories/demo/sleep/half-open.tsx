/** A link that is frozen, and the heartbeat that finds it. */

import { useWsReducer, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { WireMonitor } from '../../ui/wire-monitor.tsx';
import { createNumberedStream, type NumberedStream } from '../numbered-stream.ts';
import { shortDelays } from '../short-delays.ts';
import { type WatchedWire, watchWire } from '../watched-wire.ts';
import { CHAPTER } from './chapter.ts';

/** Short, so that the reader can watch it. The defaults are 30 and 10 s. */
const quickHeartbeat = { interval: 3_000, timeout: 1_500 } as const;

export function HalfOpenStory() {
  const server = useFakeServer({ resume: 'takeover', latencyMs: 30 });
  const [wire] = useState(() => watchWire(server.WebSocket));
  const [stream] = useState(() => createNumberedStream(server));
  useFreezeMarks(server, wire);
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={wire.WebSocket}
      heartbeat={quickHeartbeat}
      {...shortDelays}
    >
      <StoryPage
        chapter={CHAPTER}
        title="A dead link"
        sources={['src/service/attempt/heartbeat.ts']}
        lead="Freeze the link: the heartbeat finds out within 4.5 s, and the new link brings what was sent meanwhile."
        notes={
          <>
            <p>
              When a cable or a router fails, no close event comes, and the socket still says that it is open.
              So the service sends pings. If nothing at all is received in time, the link is closed with code
              4000 and replaced at once.
            </p>
            <p>
              Here a ping goes out every 3 s and the limit is 1.5 s (<code>heartbeat</code>); the defaults are
              30 and 10 s. Any frame is a sign of life. A server that has never answered a ping is not closed
              for it.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <ControlRow label="Events">
              <Verb did="The server sent three events" title="Three events" onPress={() => stream.send(3)}>
                Send three
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <div className="stack">
          <WireMonitor wire={wire} intervalMs={quickHeartbeat.interval} timeoutMs={quickHeartbeat.timeout} />
          <EventFigures stream={stream} server={server} />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

/** Facts that no socket can see, and the reader should. */
function useFreezeMarks(server: FakeServer, wire: WatchedWire): void {
  useEffect(() => {
    let wasFrozen = false;
    return server.onChange(() => {
      const isFrozen = server.faults.frozen > 0;
      if (isFrozen !== wasFrozen) wire.mark(isFrozen ? 'frozen' : 'thawed');
      wasFrozen = isFrozen;
    });
  }, [server, wire]);
}

interface EventFiguresProps {
  readonly stream: NumberedStream;
  readonly server: FakeServer;
}

function EventFigures({ stream, server }: EventFiguresProps) {
  const { sent } = useSyncExternalStore(stream.subscribe, stream.read);
  const heard = useWsReducer('tick', (sum: number) => sum + 1, 0);
  return (
    <dl className="stats">
      <div>
        <dt>Events sent</dt>
        <dd>{sent}</dd>
      </div>
      <div>
        <dt>Events received</dt>
        <dd data-testid="heard">{heard}</dd>
      </div>
      <PingFigure server={server} />
    </dl>
  );
}

/** Pings are frames like others: a server sees them, and should answer. */
export function PingFigure({ server }: { readonly server: FakeServer }) {
  const pings = useSyncExternalStore(
    server.onMessage,
    () => server.received.filter(({ event }) => event === 'ping').length,
  );
  return (
    <div>
      <dt>Pings that reached the server</dt>
      <dd data-testid="pings">{pings}</dd>
    </div>
  );
}
