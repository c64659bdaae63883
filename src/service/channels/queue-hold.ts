/** Holds the send queue until it is known whether the session goes on: in a new one, channels are joined before it is sent. */
import { inAct } from '../../transport/act.ts';
import type { Connection } from '../connection.ts';

export interface QueueHold {
  /** There is a link, and it is not known yet. */
  begin(): void;
  /** It is known: sends what was held. */
  release(): void;
  /** The link is gone. */
  end(): void;
  /** Whether the queue has to wait. Asked only if there is something in it. */
  isHolding(): boolean;
}

export function createQueueHold(connection: Connection): QueueHold {
  let state: 'off' | 'on' | 'used' = 'off';
  let deadline: ReturnType<typeof setTimeout> | undefined;

  const end = (): void => {
    state = 'off';
    clearTimeout(deadline);
  };

  const release = (): void => {
    const wasUsed = state === 'used';
    end();
    if (wasUsed) connection.plugs.sender?.flush();
  };

  /** A quiet session says nothing by itself. */
  const askServer = (): void => connection.attempt()?.probe();

  return {
    begin() {
      state = 'on';
    },
    release,
    end,
    isHolding() {
      const { config } = connection.active();
      if (state === 'on' && config !== undefined) {
        state = 'used';
        // In its turn: the heartbeat starts after the link was announced.
        connection.runInTurn(askServer);
        deadline = setTimeout(
          inAct(() => connection.runInTurn(release)),
          config.requestTimeout,
        );
      }
      return state === 'used';
    },
  };
}
