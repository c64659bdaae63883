/** A calculator on the server, and every outcome that a request can have. */

import { useWebSocketService, WebSocketProvider } from 'everwire';
import type { FakeServer, ReceivedFrame } from 'everwire/testing';
import { useEffect, useId, useRef, useState } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ServerControls } from '../../ui/server-controls.tsx';
import { StoryPage, useNote } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { useAdd } = exportsOf<{
  useAdd: () => (a: number, b: number, signal?: AbortSignal) => Promise<string>;
}>(import.meta.glob('../../../.storybook/code/11-add.tsx', { eager: true }));

const moods = ['answers', 'says no', 'is silent'] as const;

type Mood = (typeof moods)[number];

const ADDED = 22;

/** As many rows as fit: the page does not jump. */
export const SHOWN_REQUESTS = 8;

interface Asked {
  /** Counts the requests of this page. */
  readonly n: number;
  /** Its number on the wire; null before the server has seen it. */
  readonly id: number | null;
  readonly outcome: string | null;
  readonly tookMs: number | null;
}

export function EveryOutcomeStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const mood = useRef<Mood>('answers');
  const [shownMood, setShownMood] = useState<Mood>('answers');
  useEffect(() => {
    const latest: { a: number } = { a: 0 };
    server.handle('add', async (data) => {
      const { a, b } = data as { readonly a: number; readonly b: number };
      latest.a = Math.max(latest.a, a);
      if (mood.current === 'says no') throw new Error('only whole numbers, and none of yours');
      if (mood.current === 'is silent') return new Promise(() => undefined);
      // The newest is answered first.
      await new Promise((resolve) => setTimeout(resolve, 60 + (latest.a - a) * 120));
      return a + b;
    });
  }, [server]);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Every outcome"
        sources={['src/service/outbound/outbox.ts', 'src/service/outbound/request-table.ts']}
        lead="Ask each kind of server: the promise always settles, with the reply or with an error code."
        notes={
          <>
            <p>
              <code>useWsRequest()</code> returns a function. Its promise rejects with a{' '}
              <code>WebSocketServiceError</code>, whose <code>code</code> is one of five. Also try to abort,
              to drop the link, and to disconnect.
            </p>
            <p>
              A request waits while the connection opens, and is sent at most once. After a timeout or a lost
              link, nobody knows whether the server has done it: asking again is the app’s decision. Ids are
              never reused within a session, so a late answer cannot settle another request.
            </p>
          </>
        }
        controls={
          <ServerControls server={server} groups={['link', 'server']}>
            <fieldset className="control-row">
              <legend className="visually-hidden">The server</legend>
              <span className="control-label" aria-hidden="true">
                It
              </span>
              <div className="choices">
                {moods.map((one) => (
                  <label key={one} className="choice">
                    <input
                      type="radio"
                      name="mood"
                      checked={one === shownMood}
                      onChange={() => {
                        mood.current = one;
                        setShownMood(one);
                      }}
                    />
                    {one}
                  </label>
                ))}
              </div>
            </fieldset>
          </ServerControls>
        }
      >
        <Calculator server={server} />
      </StoryPage>
    </WebSocketProvider>
  );
}

const ABORT_AFTER_MS = 300;

function Calculator({ server }: { readonly server: FakeServer }) {
  const add = useAdd();
  const service = useWebSocketService();
  const note = useNote();
  const [asked, setAsked] = useState<readonly Asked[]>([]);
  const count = useRef(0);
  useEffect(
    () =>
      server.onMessage((frame) => {
        const n = numberIn(frame);
        setAsked((all) => all.map((one) => (one.n === n ? { ...one, id: frame.seq } : one)));
      }),
    [server],
  );

  const ask = async (signal?: AbortSignal): Promise<void> => {
    count.current += 1;
    const n = count.current;
    const startedAt = performance.now();
    setAsked((all) => [{ n, id: null, outcome: null, tookMs: null }, ...all]);
    const outcome = await add(20 + n, ADDED, signal);
    const tookMs = Math.round(performance.now() - startedAt);
    setAsked((all) => all.map((one) => (one.n === n ? { ...one, outcome, tookMs } : one)));
  };
  const press = (did: string, act: () => void) => () => {
    note(did);
    act();
  };

  return (
    <div className="stack">
      <div className="row">
        <button type="button" className="button primary" onClick={press('You asked', () => void ask())}>
          Ask
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You asked three times', () => {
            for (let n = 0; n < 3; n += 1) void ask();
          })}
        >
          Ask three times
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You asked, and went away', () => void ask(AbortSignal.timeout(ABORT_AFTER_MS)))}
        >
          Ask, and abort
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You asked, and the link was lost', () => {
            void ask();
            // After the request was sent, and before its reply arrives.
            setTimeout(() => server.drop(), 20);
          })}
        >
          Ask, and drop the link
        </button>
        <button
          type="button"
          className="button"
          onClick={press('You disconnected, asked, and connected again', () => {
            service.disconnect();
            void ask();
            service.reconnect();
          })}
        >
          Disconnect, and ask
        </button>
      </div>
      <RequestTable asked={asked} />
    </div>
  );
}

function numberIn({ event, data }: ReceivedFrame): number | null {
  return event === 'add' ? (data as { readonly a: number }).a - 20 : null;
}

function RequestTable({ asked }: { readonly asked: readonly Asked[] }) {
  const headingId = useId();
  return (
    <div className="stack tight requests">
      <h3 id={headingId}>The requests</h3>
      <table className="table" aria-labelledby={headingId}>
        <thead>
          <tr>
            <th scope="col">On the wire</th>
            <th scope="col">Took</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {asked.slice(0, SHOWN_REQUESTS).map(({ n, id, outcome, tookMs }) => (
            <tr key={n} data-outcome={kindOf(outcome)}>
              <td className="number" data-testid="id">
                {id ?? 'never'}
              </td>
              <td className="number">{tookMs === null ? '…' : `${tookMs} ms`}</td>
              <td className="request-outcome">{outcome ?? 'waiting'}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked.length === 0 && <p className="hint">None yet.</p>}
    </div>
  );
}

function kindOf(outcome: string | null): 'waiting' | 'answered' | 'failed' {
  if (outcome === null) return 'waiting';
  return outcome.includes(' = ') ? 'answered' : 'failed';
}
