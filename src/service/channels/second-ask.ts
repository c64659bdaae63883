/** Says when to ask again for channels that the server could not decide on: later each time. */
import { inAct } from '../../transport/act.ts';
import type { Connection } from '../connection.ts';

export interface SecondAsk {
  /** A channel was postponed: it is asked for again after the wait under way, or a new one. */
  wait(): void;
  /** The server decides again: the next wait is a short one. */
  succeeded(): void;
  /** The link is gone, and with it everything that was asked on it. */
  end(): void;
}

const FIRST_MS = 1_000;
const MAX_MS = 30_000;

export function createSecondAsk(connection: Connection, askAgain: () => void): SecondAsk {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let nextMs = FIRST_MS;

  return {
    wait() {
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
    succeeded() {
      nextMs = FIRST_MS;
    },
    end() {
      clearTimeout(timer);
      timer = undefined;
      nextMs = FIRST_MS;
    },
  };
}
