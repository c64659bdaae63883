/** Keeps the scores of a game on the fake server: it sends each change, and answers with the whole table. */
import type { FakeServer } from 'everwire/testing';

export interface Score {
  readonly player: string;
  readonly points: number;
}

export interface ScoreDesk {
  /** The whole table, as a REST call would fetch it: with a delay, and failing while `failing`. */
  fetchScores(signal: AbortSignal): Promise<readonly Score[]>;
  /** Gives points to one player after another, and emits each change. */
  play(times: number): void;
  readonly read: () => ScoreDeskView;
  readonly subscribe: (listener: () => void) => () => void;
  /** Makes every fetch fail from now on, or succeed again. */
  fail(mode: 'failing' | 'working'): void;
}

export interface ScoreDeskView {
  readonly scores: readonly Score[];
  readonly fetches: number;
  readonly mode: 'failing' | 'working';
}

const players: readonly string[] = ['Aiko', 'Jonas', 'Mira', 'Sam'];

export function createScoreDesk(server: FakeServer, fetchMs: number): ScoreDesk {
  const listeners = new Set<() => void>();
  let turn = 0;
  let view: ScoreDeskView = {
    scores: players.map((player) => ({ player, points: 0 })),
    fetches: 0,
    mode: 'working',
  };

  const change = (next: Partial<ScoreDeskView>): void => {
    view = { ...view, ...next };
    for (const listener of listeners) listener();
  };

  return {
    async fetchScores(signal) {
      change({ fetches: view.fetches + 1 });
      await wait(fetchMs, signal);
      if (view.mode === 'failing') throw new Error('the scores could not be fetched: 503');
      return view.scores;
    },
    play(times) {
      for (let n = 0; n < times; n += 1) {
        turn += 1;
        const player = players[(turn * 3) % players.length] ?? '';
        const scores = view.scores.map((score) =>
          score.player === player ? { player, points: score.points + 1 + (turn % 5) } : score,
        );
        change({ scores });
        server.emit(
          'scored',
          scores.find((score) => score.player === player),
        );
      }
    },
    read: () => view,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    fail: (mode) => change({ mode }),
  };
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });
}
