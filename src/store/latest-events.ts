/** What is the newest event of a name? Collected at once, shown together, behind the store's `lastEvents`. */
import type { StoreApi } from 'zustand/vanilla';
import type { IWebSocketEvent } from '../types.ts';
import type { ConnectionStores, ShownEvents } from './connection-store.ts';

/** Something that `useStore` can read: the half of a Zustand store that does not write. */
export type ReadableStore<State> = Pick<StoreApi<State>, 'getState' | 'getInitialState' | 'subscribe'>;

/** What a hook reads: the newest event of one name. */
export type EventCell = ReadableStore<IWebSocketEvent | undefined>;

export interface LatestEvents {
  /** Notes an event; nobody sees it before `commit`. */
  record(event: IWebSocketEvent): void;
  /** It came, and is not to be shown: only its number counts. */
  skip(event: IWebSocketEvent): void;
  /** Shows what was noted: one write to the store, then the cells of the names that changed. */
  commit(): void;
  /** The number that was last noted is no other session's. */
  endSession(): void;
  /** Forgets everything, noted or shown. */
  clear(): void;
  /** A name's slice, with listeners of its own: a thousand hooks on other names are not asked. */
  cell(name: string): EventCell;
}

/** A name that somebody shows. It keeps its event, however many names there are. */
interface Cell {
  event: IWebSocketEvent | undefined;
  readonly listeners: Set<Parameters<EventCell['subscribe']>[0]>;
}

type Events = Pick<ConnectionStores, 'showEvents' | 'replaced'>;

/** Enough for any screen; a bound, because a server may make up names for ever. */
const MAX_NAMES = 500;

export function createLatestEvents({ showEvents, replaced }: Events): LatestEvents {
  let noted = new Map<string, IWebSocketEvent>();
  let shown = new Map<string, IWebSocketEvent>();
  const cells = new Map<string, Cell>();
  let notedSeq = -1;
  let shownSeq = -1;

  const read = (): ShownEvents => ({
    lastEvents: new Map(shown),
    ...(shownSeq >= 0 && { lastEventId: String(shownSeq) }),
  });

  const endSession = (): void => {
    notedSeq = -1;
    shownSeq = -1;
  };

  /** Values first, then words: whoever is told of one change may read the others. */
  const tell = (news: Iterable<readonly [name: string, event: IWebSocketEvent | undefined]>): void => {
    const changed: Cell[] = [];
    for (const [name, event] of news) {
      const cell = cells.get(name);
      if (cell === undefined) continue;
      cell.event = event;
      changed.push(cell);
    }
    showEvents(read);
    for (const { event, listeners } of changed) for (const listener of [...listeners]) listener(event, event);
  };

  return {
    record(event) {
      noted.set(event.event, event);
      if (event.seq >= 0) notedSeq = event.seq;
    },
    skip({ seq }) {
      if (seq >= 0) notedSeq = seq;
    },
    commit() {
      if (noted.size === 0 && notedSeq === shownSeq) return;
      const news = noted;
      noted = new Map();
      shownSeq = notedSeq;
      const base = replaced();
      if (base) shown = new Map(base);
      for (const [name, event] of news) {
        // Out and in again, so that the map's own order is from the longest silent to the newest.
        shown.delete(name);
        shown.set(name, event);
      }
      for (const name of shown.keys()) {
        if (shown.size <= MAX_NAMES) break;
        shown.delete(name);
      }
      tell(news);
    },
    endSession,
    clear() {
      noted.clear();
      endSession();
      if (shown.size === 0) return;
      shown.clear();
      tell([...cells.keys()].map((name) => [name, undefined]));
    },
    cell: (name) => ({
      getState: () => cells.get(name)?.event ?? shown.get(name),
      getInitialState: () => undefined,
      subscribe(listener) {
        const cell = cells.get(name) ?? { event: shown.get(name), listeners: new Set() };
        cells.set(name, cell);
        cell.listeners.add(listener);
        return () => {
          cell.listeners.delete(listener);
          if (cell.listeners.size === 0 && cells.get(name) === cell) cells.delete(name);
        };
      },
    }),
  };
}
