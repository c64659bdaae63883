/** Keeps the newest event that passes a filter, while later events do not. */
import type { IWebSocketEvent } from '../src/index.ts';
import type { Connection } from '../src/service/connection.ts';
import type { EventCell } from '../src/store/latest-events.ts';

export type EventFilter = (event: IWebSocketEvent) => boolean;

export interface MatchingCell {
  /** Sets the filter for the next events. */
  listenWith(where: EventFilter): void;
  /** Reads with the filter of the current render: an event that only passed an older filter is not shown. */
  readWith(where: EventFilter): EventCell;
}

/** `paced` makes it tell its listeners less often. */
export function createMatchingCell(
  connection: Connection,
  newest: EventCell,
  name: string,
  paced: (cell: EventCell) => EventCell,
): MatchingCell {
  let listening: EventFilter | undefined;
  let held: IWebSocketEvent | undefined;
  let heldIn: number | undefined;

  const hold = (event: IWebSocketEvent | undefined): void => {
    if (event === undefined || !listening?.(event)) return;
    held = event;
    heldIn = connection.session.generation();
  };

  const subscribe: EventCell['subscribe'] = (listener) => {
    // Keeps the event that is shown already, even if its name drops out of `lastEvents`.
    hold(newest.getState());
    const stops = [newest.subscribe(() => undefined), connection.session.onReplaced(listener)];
    const subscription = connection.events.named$([name]).subscribe((event) => {
      const before = held;
      hold(event);
      if (held !== before) connection.scheduleCommit(listener);
    });
    return () => {
      subscription.unsubscribe();
      for (const stop of stops) stop();
    };
  };

  const cell = paced({ ...newest, subscribe });

  return {
    listenWith(where) {
      listening = where;
    },
    readWith: (where) => ({
      ...cell,
      getState: () => {
        // The session may have been replaced while there was no subscriber.
        const last = heldIn === connection.session.generation() ? held : undefined;
        return [newest.getState(), last].find((event) => event !== undefined && where(event));
      },
    }),
  };
}
