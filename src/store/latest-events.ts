/** The newest event of each name: recorded at once, published together, behind the store's `lastEvents`. */
import type { StoreApi } from 'zustand/vanilla';
import type { FrameScheduler } from '../transport/frame-scheduler.ts';
import type { IWebSocketEvent } from '../types.ts';
import type { ConnectionStores, PublishedEvents } from './connection-store.ts';

/** The reading half of a Zustand store. */
export interface ReadableStore<State> extends Pick<StoreApi<State>, 'getState' | 'getInitialState'> {
  subscribe(listener: () => void): () => void;
}

/** The newest event of one name, as a hook reads it. */
export interface EventCell extends ReadableStore<IWebSocketEvent | undefined> {
  /** The same, also before it is published. */
  newest(): IWebSocketEvent | undefined;
}

export interface LatestEvents {
  /**
   * Records an event and its number in the session, to be published with the next commit. -1: it has none there. `key`: in place
   * of its name.
   */
  record(event: IWebSocketEvent, seq: number, key?: string): void;
  /** Records the number of an event that is not published. */
  skip(seq: number): void;
  /** Forgets the last number: it belongs to the session that ended. */
  endSession(): void;
  /** Forgets everything, recorded or published. */
  clear(): void;
  /** One name's slice. It has its own listeners, so that an event calls none of other names. */
  cell(name: string): EventCell;
}

/** A name that a component shows. It keeps its event, even if the name drops out of `lastEvents`. */
interface Cell {
  event: IWebSocketEvent | undefined;
  readonly listeners: Set<() => void>;
}

type Stores = Pick<ConnectionStores, 'publishEvents' | 'replacedEvents'>;

/** Names in `lastEvents`. Bounded, because a server may use ever new names. */
const MAX_NAMES = 500;

export function createLatestEvents(
  { publishEvents, replacedEvents }: Stores,
  scheduler: FrameScheduler,
): LatestEvents {
  let recorded = new Map<string, IWebSocketEvent>();
  let published = new Map<string, IWebSocketEvent>();
  const cells = new Map<string, Cell>();
  let recordedSeq = -1;
  let publishedSeq = -1;

  const read = (): PublishedEvents => ({
    lastEvents: new Map(published),
    ...(publishedSeq >= 0 && { lastEventId: String(publishedSeq) }),
  });

  const endSession = (): void => {
    recordedSeq = -1;
    publishedSeq = -1;
  };

  /** Updates every cell before it notifies: a listener may read other cells. */
  const notify = (changes: Iterable<readonly [name: string, event: IWebSocketEvent | undefined]>): void => {
    const changed: Cell[] = [];
    for (const [name, event] of changes) {
      const cell = cells.get(name);
      if (cell === undefined) continue;
      cell.event = event;
      changed.push(cell);
    }
    publishEvents(read);
    for (const { listeners } of changed) for (const listener of [...listeners]) listener();
  };

  /** Publishes what was recorded: one write to the store, then the cells of the names that changed. */
  const commit = (): void => {
    if (recorded.size === 0 && recordedSeq === publishedSeq) return;
    const changes = recorded;
    recorded = new Map();
    publishedSeq = recordedSeq;
    const base = replacedEvents();
    if (base) published = new Map(base);
    for (const [name, event] of changes) {
      // Re-inserted, so that the Map is ordered from least to most recently updated.
      published.delete(name);
      published.set(name, event);
    }
    for (const name of published.keys()) {
      if (published.size <= MAX_NAMES) break;
      published.delete(name);
    }
    notify(changes);
  };

  const skip: LatestEvents['skip'] = (seq) => {
    if (seq >= 0) recordedSeq = seq;
    scheduler.schedule(commit);
  };

  const shown = (name: string): IWebSocketEvent | undefined => cells.get(name)?.event ?? published.get(name);

  return {
    record(event, seq, key = event.event) {
      recorded.set(key, event);
      skip(seq);
    },
    skip,
    endSession,
    clear() {
      recorded.clear();
      endSession();
      if (published.size === 0) return;
      published.clear();
      notify([...cells.keys()].map((name) => [name, undefined]));
    },
    cell: (name) => ({
      getState: () => shown(name),
      newest: () => recorded.get(name) ?? shown(name),
      getInitialState: () => undefined,
      subscribe(listener) {
        const cell = cells.get(name) ?? { event: published.get(name), listeners: new Set() };
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
