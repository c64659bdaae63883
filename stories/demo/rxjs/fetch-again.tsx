/** A table that is fetched again after each change. */

import { WebSocketProvider } from 'everwire';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { exportsOf } from '../../ui/book-code.ts';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createScoreDesk, type Score, type ScoreDesk } from '../score-desk.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const { useScores } = exportsOf<{ useScores: () => readonly Score[] }>(
  import.meta.glob('../../../.storybook/code/14-scores.tsx', { eager: true }),
);

const FETCH_MS = 800;

interface Outcomes {
  readonly started: number;
  readonly aborted: number;
  readonly failed: number;
}

export function FetchAgainStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [desk] = useState(() => createScoreDesk(server, FETCH_MS));
  const outcomes = useFakeApi(desk);
  const { mode } = useSyncExternalStore(desk.subscribe, desk.read);
  return (
    <WebSocketProvider url={server.url} WebSocket={server.WebSocket} {...shortDelays}>
      <StoryPage
        chapter={CHAPTER}
        title="Fetch again with switchMap"
        sources={['hooks/use-ws-stream.ts', 'hooks/create-pipeline.ts']}
        lead="Make three changes in a row: two fetches are aborted, so an older answer never overwrites a newer one."
        notes={
          <p>
            Each event says that the table has changed, and <code>switchMap</code> fetches it again. A fetch
            takes {FETCH_MS} ms. <code>catchError</code> is inside <code>switchMap</code>: a failed fetch
            keeps the last table, and the pipeline continues.
          </p>
        }
        controls={
          <ServerControls server={server} groups={['link']}>
            <label className="choice">
              <input
                type="checkbox"
                checked={mode === 'failing'}
                onChange={(event) => desk.fail(event.target.checked ? 'failing' : 'working')}
              />
              Fetching fails
            </label>
            <ControlRow label="Changes">
              <Verb did="One change" title="One event" onPress={() => desk.play(1)}>
                One change
              </Verb>
              <Verb did="Three changes in a row" title="Three events" onPress={() => desk.play(3)}>
                Three in a row
              </Verb>
            </ControlRow>
          </ServerControls>
        }
      >
        {outcomes !== undefined && <Table desk={desk} outcomes={outcomes} />}
      </StoryPage>
    </WebSocketProvider>
  );
}

/** Answers `fetch('/api/scores')`. Undefined until it does. */
function useFakeApi(desk: ScoreDesk): Outcomes | undefined {
  const [outcomes, setOutcomes] = useState<Outcomes>();
  useEffect(() => {
    const realFetch = window.fetch;
    const count = (name: keyof Outcomes): void =>
      setOutcomes((before) => before && { ...before, [name]: before[name] + 1 });
    const answer = async (signal: AbortSignal): Promise<Response> => {
      count('started');
      try {
        return Response.json(await desk.fetchScores(signal));
      } catch (error) {
        count(signal.aborted ? 'aborted' : 'failed');
        if (signal.aborted) throw error;
        return new Response(null, { status: 503 });
      }
    };
    window.fetch = (input, init) =>
      input === '/api/scores' && init?.signal ? answer(init.signal) : realFetch(input, init);
    setOutcomes({ started: 0, aborted: 0, failed: 0 });
    return () => {
      window.fetch = realFetch;
    };
  }, [desk]);
  return outcomes;
}

interface TableProps {
  readonly desk: ScoreDesk;
  readonly outcomes: Outcomes;
}

function Table({ desk, outcomes }: TableProps) {
  const truth = useSyncExternalStore(desk.subscribe, desk.read);
  const scores = new Map(useScores().map(({ player, points }) => [player, points]));
  const isSame = truth.scores.every(({ player, points }) => scores.get(player) === points);
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Fetches</dt>
          <dd data-testid="started">{outcomes.started}</dd>
        </div>
        <div>
          <dt>Aborted</dt>
          <dd data-testid="aborted">{outcomes.aborted}</dd>
        </div>
        <div>
          <dt>Failed</dt>
          <dd data-testid="failed">{outcomes.failed}</dd>
        </div>
        <div>
          <dt>Compared with the server</dt>
          <dd data-testid="verdict">{isSame ? 'the same' : 'not yet'}</dd>
        </div>
      </dl>
      <table className="table">
        <caption className="visually-hidden">Points</caption>
        <thead>
          <tr>
            <th scope="col">Player</th>
            <th scope="col">On this page</th>
            <th scope="col">On the server</th>
          </tr>
        </thead>
        <tbody>
          {truth.scores.map(({ player, points }) => (
            <tr key={player}>
              <td>{player}</td>
              <td className="number">{scores.get(player) ?? '–'}</td>
              <td className="number">{points}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
