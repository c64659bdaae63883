/** A scoreboard that fetches a snapshot after each break. */

import { useWsEventHandler, WebSocketProvider } from 'everwire';
import type { FakeServer } from 'everwire/testing';
import { useState, useSyncExternalStore } from 'react';
import { createStore, type StoreApi, useStore } from 'zustand';
import { NoticeList } from '../../ui/notice-list.tsx';
import { ControlRow, ServerControls, Verb } from '../../ui/server-controls.tsx';
import { StoryPage } from '../../ui/story-page.tsx';
import { useFakeServer } from '../../ui/use-fake-server.ts';
import { createScoreDesk, type Score, type ScoreDesk } from '../score-desk.ts';
import { shortDelays } from '../short-delays.ts';
import { CHAPTER } from './chapter.ts';

const FETCH_MS = 1_500;

type Resync = 'none yet' | 'fetching' | 'done' | 'failed';

export function SnapshotStory() {
  const server = useFakeServer({ resume: 'takeover' });
  const [desk] = useState(() => createScoreDesk(server, FETCH_MS));
  const [scores] = useState(() => createStore<Readonly<Record<string, number>>>(() => ({})));
  const [state, setState] = useState<Resync>('none yet');
  const begin = async (signal: AbortSignal): Promise<void> => {
    setState('fetching');
    try {
      const table = await desk.fetchScores(signal);
      scores.setState(Object.fromEntries(table.map(({ player, points }) => [player, points])), true);
      setState('done');
    } catch (error) {
      setState('failed');
      throw error;
    }
  };
  return (
    <WebSocketProvider
      url={server.url}
      WebSocket={server.WebSocket}
      {...shortDelays}
      resync={(_missed, { signal }) => begin(signal)}
    >
      <StoryPage
        chapter={CHAPTER}
        title="Start again after a break"
        sources={['src/service/inbound/delivery-barrier.ts', 'src/service/inbound/missed-events.ts']}
        lead="Restart the server and score on: events wait until the new snapshot has been fetched."
        notes={
          <>
            <p>
              After missed events, a folded state is wrong and must be fetched again. Events that arrive
              during the fetch are the difficulty: applied at once, the snapshot overwrites them; dropped,
              they are lost. With <code>resync</code> on the provider they are held, and delivered in order
              after it.
            </p>
            <p>
              A snapshot may already contain some of the held events. So send totals or versions, not
              differences. A resync that fails, or takes longer than <code>resyncTimeout</code> (30 s),
              releases the events and is reported as <code>resync-failed</code>.
            </p>
          </>
        }
        controls={<ScoreControls server={server} desk={desk} />}
      >
        <div className="stack">
          <Scoreboard desk={desk} state={state} scores={scores} />
          <NoticeList />
        </div>
      </StoryPage>
    </WebSocketProvider>
  );
}

interface ScoreControlsProps {
  readonly server: FakeServer;
  readonly desk: ScoreDesk;
}

function ScoreControls({ server, desk }: ScoreControlsProps) {
  const { mode } = useSyncExternalStore(desk.subscribe, desk.read);
  return (
    <ServerControls server={server} groups={['link']}>
      <label className="choice">
        <input
          type="checkbox"
          checked={mode === 'failing'}
          onChange={(event) => desk.fail(event.target.checked ? 'failing' : 'working')}
        />
        Fetching fails
      </label>
      <ControlRow label="Game">
        <Verb did="Ten points were made" title="Ten events" onPress={() => desk.play(10)}>
          Score ten
        </Verb>
        <Verb
          did="The server restarted, and ten points were made"
          title="All sessions and the events since are lost: a new session, and one notice"
          onPress={() => {
            server.restart();
            desk.play(10);
          }}
        >
          Restart, and score on
        </Verb>
      </ControlRow>
    </ServerControls>
  );
}

interface ScoreboardProps {
  readonly desk: ScoreDesk;
  readonly state: Resync;
  readonly scores: StoreApi<Readonly<Record<string, number>>>;
}

function Scoreboard({ desk, state, scores }: ScoreboardProps) {
  const truth = useSyncExternalStore(desk.subscribe, desk.read);
  const shown = useStore(scores);
  const [heard, setHeard] = useState(0);
  useWsEventHandler('scored', ({ data }) => {
    const { player, points } = data as Score;
    scores.setState({ [player]: points });
    setHeard((before) => before + 1);
  });
  const isSame = truth.scores.every(({ player, points }) => (shown[player] ?? 0) === points);
  return (
    <div className="stack">
      <dl className="stats">
        <div>
          <dt>Snapshot</dt>
          <dd data-testid="resync">{state}</dd>
        </div>
        <div>
          <dt>Events delivered</dt>
          <dd data-testid="heard">{heard}</dd>
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
              <td className="number">{shown[player] ?? 0}</td>
              <td className="number">{points}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
