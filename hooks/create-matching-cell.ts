/** What is the newest event that passes a filter? Holds the last one that did, however many others follow it. */
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import type { EventCell } from '../src/store/latest-events.ts';

export type EventFilter = (event: IWebSocketEvent) => boolean;

export interface MatchingCell {
  /** From the next event on, this is the filter. */
  listenWith(where: EventFilter): void;
  /**
   * What passes this filter, of what is there: a filter that changed with a render is a new question, and an answer to
   * the old one is none.
   */
  readWith(where: EventFilter): EventCell;
}

export function createMatchingCell(connection: Connection, name: string): MatchingCell {
  const newest = connection.cell(name);
  let listening: EventFilter | undefined;
  let held: IWebSocketEvent | undefined;
  let heldIn: number | undefined;

  const hold = (event: IWebSocketEvent | undefined): void => {
    if (event === undefined || !listening?.(event)) return;
    held = event;
    heldIn = connection.session();
  };

  const subscribe: EventCell['subscribe'] = (listener) => {
    const notify = (): void => listener(held, held);
    // What is shown already is held as well, and the name keeps its event, however many other names there are.
    hold(newest.getState());
    const stops = [
      newest.subscribe(() => undefined),
      connection.onSessionReplaced(notify),
      connection.events.subscribe(
        (event) => {
          const before = held;
          hold(event);
          if (held !== before) connection.scheduleCommit(notify);
        },
        [name],
      ),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  };

  return {
    listenWith(where) {
      listening = where;
    },
    readWith: (where) => ({
      ...newest,
      getState: () => {
        // What was held while nobody listened may be of a session that is gone.
        const last = heldIn === connection.session() ? held : undefined;
        return [newest.getState(), last].find((event) => event !== undefined && where(event));
      },
      subscribe,
    }),
  };
}
