/** Publishes an event at each beat, and decides how long an accident lasts: until enough events have fallen on it. */

import type { FakeServer } from 'everwire/testing';
import { type Accident, isOf, type StageView } from './stage.ts';

/** From one event to the next, ms. */
const BEAT_MS = 600;
/** So many events fall on each accident. */
const HOLE = 8;

export interface Publisher {
  readonly start: () => () => void;
  readonly cause: (accident: Accident) => void;
  readonly show: (isShown: boolean) => void;
}

interface PublisherParts {
  readonly server: FakeServer;
  readonly read: () => StageView;
  readonly change: (next: Partial<StageView>) => void;
  readonly freeze: () => void;
  readonly publish: () => void;
}

export function createPublisher({ server, read, change, freeze, publish }: PublisherParts): Publisher {
  let isShown = true;

  const beat = (): void => {
    const { phase, isPaused, newest, pages } = read();
    if (isPaused || !isShown) return;
    switch (phase) {
      case 'calm':
        // Events that nobody can get yet are not worth a number.
        if (pages.plain.wire === 'up' && pages.everwire.wire === 'up') publish();
        return;
      case 'accident':
        if (newest - pages.plain.heard < HOLE) publish();
        else mend();
        return;
      case 'mending':
        if (pages.plain.wire !== 'up' || pages.everwire.wire !== 'up' || pages.everwire.heard < newest)
          return;
        change({ phase: 'calm' });
        publish();
        return;
      default:
        phase satisfies never;
    }
  };

  const cause = (accident: Accident): void => {
    const { phase, pages } = read();
    if (phase !== 'calm' || pages.plain.heard === 0) return;
    change({ phase: 'accident', accident, hole: { first: pages.everwire.heard + 1, last: 0 } });
    switch (accident) {
      case 'unplugged':
        server.drop();
        server.refuse();
        return;
      case 'frozen':
        freeze();
        return;
      case 'killed':
        server.restart();
        server.refuse();
        return;
      default:
        accident satisfies never;
    }
  };

  const mend = (): void => {
    const { newest, hole, accident } = read();
    change({ phase: 'mending', hole: { ...hole, last: newest } });
    server.refuse(false);
    if (accident !== 'frozen') return;
    // The system gives up a frozen link in the end; what was held back on it is lost.
    for (const link of server.connections) if (isOf('plain', link)) link.drop();
  };

  return {
    start() {
      const timer = setInterval(beat, BEAT_MS);
      return () => clearInterval(timer);
    },
    cause,
    show: (shown) => {
      isShown = shown;
    },
  };
}
