// A snapshot, and the events since: one store for both, and `resync` to begin anew after a break.

import { useWsEventHandler, WebSocketProvider } from 'everwire';
import type { ReactNode } from 'react';
import { create } from 'zustand';
import { fetchScores } from './app.ts';
import type { Score } from './events.ts';

const useScores = create<Readonly<Record<string, number>>>(() => ({}));

function begin(scores: readonly Score[]) {
  useScores.setState(Object.fromEntries(scores.map(({ player, points }) => [player, points])), true);
}

export function Live({ children }: { children: ReactNode }) {
  return (
    <WebSocketProvider
      url="wss://example.com/ws"
      // Called after a break. The events that come meanwhile are held until it is done.
      resync={async (_missed, { signal }) => begin(await fetchScores(signal))}
    >
      {children}
    </WebSocketProvider>
  );
}

export function Scores() {
  const scores = useScores();
  // An event holds the total, not the step: one that the snapshot knows already does no harm.
  useWsEventHandler('scored', ({ data }) => useScores.setState({ [data.player]: data.points }));
  return (
    <ol>
      {Object.entries(scores).map(([player, points]) => (
        <li key={player}>
          {player}: {points}
        </li>
      ))}
    </ol>
  );
}
