/** What is the newest event of a name? Collected at once, shown together, behind the store's `lastEvents`. */
import type { StoreApi } from 'zustand/vanilla';
import type { ConnectionStore, IWebSocketEvent } from '../types.ts';

/** Something that `useStore` can read: the half of a Zustand store that does not write. */
export type ReadableStore<State> = Pick<StoreApi<State>, 'getState' | 'getInitialState' | 'subscribe'>;

/** What a hook reads: one name's slice of `lastEvents`. */
export type EventCell = ReadableStore<IWebSocketEvent | undefined>;

type LastEvents = ReadonlyMap<string, IWebSocketEvent>;
type Listener = Parameters<EventCell['subscribe']>[0];

export interface LatestEvents {
  /** Notes an event; nobody sees it before `commit`. */
  record(event: IWebSocketEvent): void;
  /** Shows what was noted: one write to the store, then the cells of the names that changed. */
  commit(): void;
  /** The number that was last noted is no other session's. */
  endSession(): void;
  /** Forgets everything, noted or shown. */
  clear(): void;
  /**
   * A name's slice, with listeners of its own: a thousand hooks on other names are not asked. It holds nothing itself,
   * so a name that nobody listens to any more leaves nothing behind.
   */
  cell(name: string): EventCell;
}

/** Enough for any screen; a bound, because a server may make up names for ever. */
const MAX_NAMES = 500;

export function createLatestEvents(store: ConnectionStore): LatestEvents {
  const noted = new Map<string, IWebSocketEvent>();
  const listeners = new Map<string, Set<Listener>>();
  let lastSeq: number | null = null;

  const notify = (names: readonly string[], before: LastEvents): void => {
    const now = store.getState().lastEvents;
    for (const name of names) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(now.get(name), before.get(name));
    }
  };

  return {
    record(event) {
      noted.set(event.event, event);
      if (event.seq >= 0) lastSeq = event.seq;
    },
    commit() {
      if (noted.size === 0) return;
      const before = store.getState().lastEvents;
      const lastEvents = new Map(before);
      for (const [name, event] of noted) {
        // Out and in again, so that the map's own order is from the longest silent to the newest.
        lastEvents.delete(name);
        lastEvents.set(name, event);
      }
      for (const name of lastEvents.keys()) {
        if (lastEvents.size <= MAX_NAMES) break;
        lastEvents.delete(name);
      }
      const names = [...noted.keys()];
      noted.clear();
      store.setState(lastSeq === null ? { lastEvents } : { lastEvents, lastEventId: String(lastSeq) });
      notify(names, before);
    },
    endSession() {
      lastSeq = null;
    },
    clear() {
      noted.clear();
      lastSeq = null;
      const before = store.getState().lastEvents;
      if (before.size === 0) return;
      store.setState({ lastEvents: new Map() });
      notify([...before.keys()], before);
    },
    cell: (name) => ({
      getState: () => store.getState().lastEvents.get(name),
      getInitialState: () => undefined,
      subscribe(listener) {
        const own = listeners.get(name) ?? new Set();
        listeners.set(name, own);
        own.add(listener);
        return () => {
          own.delete(listener);
          if (own.size === 0 && listeners.get(name) === own) listeners.delete(name);
        };
      },
    }),
  };
}
