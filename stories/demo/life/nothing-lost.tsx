/** A server that counts, and a page that shows every count that arrived or was missed. */

import {
  type IWebSocketEvent,
  useMissedEvents,
  useWsEvents,
  useWsReducer,
  WebSocketProvider,
} from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useCallback, useEffect, useRef, useState } from 'react';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';

const SHOWN_EVENTS = 18;

const TICK_MS = 1_000;

export function NothingLostStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const { sent, send, isTicking, setTicking } = useTicks(server);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter="02 The life of a connection"
        title="No silent loss"
        sources={['src/stream/sequence.ts']}
        lead="Drop the link and watch the numbers catch up: the server replays what you missed."
        notes={
          <>
            <p>
              The server numbers its events. After a break, the next link continues from the last number. An
              event that was lost on the way is requested in the same manner, and one that comes twice is
              delivered once.
            </p>
            <p>
              Where a replay is impossible, <code>useMissedEvents</code> is called once, before the next
              event. Try <strong>Restart</strong>, or <strong>Skip</strong>, which uses up a number for
              nothing. Chapter 06 follows every single event.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'events', 'server']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={isTicking}
                onChange={(event) => setTicking(event.target.checked)}
              />
              Send one each second
            </label>
            <ControlRow label="By hand">
              <Verb did="The server sent three events" title="Three events at once" onPress={() => send(3)}>
                Send three
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        <Ticks sent={sent} />
      </StoryPage>
    </WebSocketProvider>
  );
}

interface Tally {
  readonly heard: number;
  readonly last: number;
  readonly twice: number;
}

const nothingHeard: Tally = { heard: 0, last: 0, twice: 0 };

function numberIn({ data }: IWebSocketEvent): number {
  return (data as { readonly n: number }).n;
}

function count(tally: Tally, event: IWebSocketEvent): Tally {
  const n = numberIn(event);
  return n > tally.last
    ? { ...tally, heard: tally.heard + 1, last: n }
    : { ...tally, heard: tally.heard + 1, twice: tally.twice + 1 };
}

function Ticks({ sent }: { readonly sent: number }) {
  const tally = useWsReducer('tick', count, nothingHeard);
  const latest = useWsEvents('tick', { limit: SHOWN_EVENTS });
  const [notices, setNotices] = useState({ count: 0, reason: '–' });
  useMissedEvents(({ reason }) => setNotices((before) => ({ count: before.count + 1, reason })));
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Sent</dt>
          <dd data-testid="sent">{sent}</dd>
        </div>
        <div>
          <dt>Heard</dt>
          <dd data-testid="heard">{tally.heard}</dd>
        </div>
        <div>
          <dt>Heard twice</dt>
          <dd data-testid="twice">{tally.twice}</dd>
        </div>
        <div>
          <dt>Notices</dt>
          <dd data-testid="notices">{notices.count}</dd>
        </div>
        <div>
          <dt>Last reason</dt>
          <dd data-testid="reason">{notices.reason}</dd>
        </div>
      </dl>
      <div className="stack">
        <h3 id="ticks-heading">The last {SHOWN_EVENTS} events</h3>
        <ol className="chips" aria-labelledby="ticks-heading">
          {latest.map((event) => (
            <li key={numberIn(event)} className="chip">
              {numberIn(event)}
            </li>
          ))}
        </ol>
      </div>
    </div>
  );
}

function useTicks(server: FakeServer) {
  const [sent, setSent] = useState(0);
  const sentEver = useRef(0);
  const [isTicking, setTicking] = useState(true);
  const send = useCallback(
    (times: number): void => {
      // No client has connected yet: the event would reach no session.
      if (server.attempts === 0) return;
      for (let left = times; left > 0; left -= 1) {
        sentEver.current += 1;
        server.emit('tick', { n: sentEver.current });
      }
      setSent(sentEver.current);
    },
    [server],
  );
  useEffect(() => {
    if (!isTicking) return;
    const timer = setInterval(() => send(1), TICK_MS);
    return () => clearInterval(timer);
  }, [send, isTicking]);
  return { sent, send, isTicking, setTicking };
}
