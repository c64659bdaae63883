/** What is the newest event that passes a filter? Holds the last one that did, however many others follow it. */
import type { EventName, IWebSocketEvent, WebSocketService } from '../src/index.ts';
import { internalsOf } from '../src/service/internals.ts';
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

export function createMatchingCell(service: WebSocketService, name: string): MatchingCell {
  const inside = internalsOf(service);
  const newest = inside.cell(name);
  let listening: EventFilter = () => false;
  let held: IWebSocketEvent | undefined;
  let heldIn = inside.session();

  const subscribe: EventCell['subscribe'] = (listener) => {
    const notify = (): void => listener(held, held);
    const subscription = service.event$(name as EventName).subscribe((event: IWebSocketEvent) => {
      if (!listening(event)) return;
      held = event;
      heldIn = inside.session();
      inside.scheduleCommit(notify);
    });
    const stopWatching = inside.onSessionReplaced(notify);
    return () => {
      subscription.unsubscribe();
      stopWatching();
    };
  };

  return {
    listenWith(where) {
      listening = where;
    },
    readWith: (where) => ({
      getState: () => {
        // What was held while nobody listened may be of a session that is gone.
        const last = heldIn === inside.session() ? held : undefined;
        return [newest.getState(), last].find((event) => event !== undefined && where(event));
      },
      getInitialState: () => undefined,
      subscribe,
    }),
  };
}
