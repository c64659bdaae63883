/** Says when to ask again for channels that the server could not decide on: later each time. */
import { inAct } from '../../transport/act.ts';
import type { Connection } from '../connection.ts';

export interface SecondAsk {
  /** A channel was postponed: it is asked for again after the wait under way, or a new one. */
  wait(name: string): void;
  /** It is decided, or not wanted any more. After the last of those that wait, the next wait is a short one. */
  settled(name: string): void;
  /** The link is gone, and with it everything that was asked on it. */
  end(): void;
}

const FIRST_MS = 1_000;
const MAX_MS = 30_000;

export function createSecondAsk(connection: Connection, askAgain: () => void): SecondAsk {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let nextMs = FIRST_MS;
  /** Those that the server has not decided on yet. A channel that never fails must not make the others be asked more often. */
  const undecided = new Set<string>();

  return {
    wait(name) {
      undecided.add(name);
      if (timer !== undefined) return;
      // Up to twice as long: otherwise all clients of a server would come back at once.
      const waitMs = nextMs + connection.active().policy.drawMs(nextMs);
      nextMs = Math.min(nextMs * 2, MAX_MS);
      timer = setTimeout(
        inAct(() =>
          connection.runInTurn(() => {
            timer = undefined;
            askAgain();
          }),
        ),
        waitMs,
      );
    },
    settled(name) {
      if (undecided.delete(name) && undecided.size === 0) nextMs = FIRST_MS;
    },
    end() {
      undecided.clear();
      clearTimeout(timer);
      timer = undefined;
      nextMs = FIRST_MS;
    },
  };
}
