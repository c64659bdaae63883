/** The newest event of each name: recorded at once, published together, behind the store's `lastEvents`. */
import type { StoreApi } from 'zustand/vanilla';
import { channelKey } from '../stream/event-stream.ts';
import type { FrameScheduler } from '../transport/frame-scheduler.ts';
import type { IWebSocketEvent } from '../types.ts';
import type { ConnectionStores, PublishedEvents } from './connection-store.ts';

/** The reading half of a Zustand store. */
export interface ReadableStore<State> extends Pick<StoreApi<State>, 'getState' | 'getInitialState'> {
  subscribe(listener: () => void): () => void;
}

/** The newest event of one name, as a hook reads it. */
export type EventCell = ReadableStore<IWebSocketEvent | undefined>;

export interface LatestEvents {
  /** Records an event, which is published with the next commit. */
  record(event: IWebSocketEvent): void;
  /** Records the number of an event that is not published. */
  skip(event: IWebSocketEvent): void;
  /** Forgets the last number: it belongs to the session that ended. */
  endSession(): void;
  /** Forgets everything, recorded or published. */
  clear(): void;
  /** One name's slice, or its slice in a channel. It has its own listeners, so that an event calls none of other names. */
  cell(name: string, channel?: string): EventCell;
}

/** A name that a component shows. It keeps its event, even if the name drops out of `lastEvents`. */
interface Cell {
  event: IWebSocketEvent | undefined;
  readonly listeners: Set<() => void>;
}

/** Events by a key: their name, or their channel and name. */
interface Index {
  recorded: Map<string, IWebSocketEvent>;
  published: Map<string, IWebSocketEvent>;
  readonly cells: Map<string, Cell>;
}

const createIndex = (): Index => ({ recorded: new Map(), published: new Map(), cells: new Map() });

type Stores = Pick<ConnectionStores, 'publishEvents' | 'replacedEvents'>;

/** Names in `lastEvents`, and names in channels. Bounded, because a server may use ever new names. */
const MAX_NAMES = 500;

export function createLatestEvents(
  { publishEvents, replacedEvents }: Stores,
  scheduler: FrameScheduler,
): LatestEvents {
  const byName = createIndex();
  const byChannel = createIndex();
  let recordedSeq = -1;
  let publishedSeq = -1;

  const read = (): PublishedEvents => ({
    lastEvents: new Map(byName.published),
    ...(publishedSeq >= 0 && { lastEventId: String(publishedSeq) }),
  });

  const endSession = (): void => {
    recordedSeq = -1;
    publishedSeq = -1;
  };

  /** Publishes, and then notifies the cells that were changed before: a listener may read other cells. */
  const notify = (changed: readonly Cell[]): void => {
    publishEvents(read);
    for (const { listeners } of changed) for (const listener of [...listeners]) listener();
  };

  /** Publishes what was recorded in the index. Returns the cells that have changed. */
  const move = (index: Index): readonly Cell[] => {
    const { recorded, published, cells } = index;
    index.recorded = new Map();
    for (const [key, event] of recorded) {
      // Re-inserted, so that the Map is ordered from least to most recently updated.
      published.delete(key);
      published.set(key, event);
    }
    for (const key of published.keys()) {
      if (published.size <= MAX_NAMES) break;
      published.delete(key);
    }
    const changed: Cell[] = [];
    for (const [key, event] of recorded) {
      const cell = cells.get(key);
      if (cell === undefined) continue;
      cell.event = event;
      changed.push(cell);
    }
    return changed;
  };

  /** Publishes what was recorded: one write to the store, then the cells of the names that changed. */
  const commit = (): void => {
    if (byName.recorded.size === 0 && recordedSeq === publishedSeq) return;
    publishedSeq = recordedSeq;
    const base = replacedEvents();
    if (base) byName.published = new Map(base);
    notify([...move(byName), ...move(byChannel)]);
  };

  const skip: LatestEvents['skip'] = ({ seq }) => {
    if (seq >= 0) recordedSeq = seq;
    scheduler.schedule(commit);
  };

  return {
    record(event) {
      byName.recorded.set(event.event, event);
      if (event.channel !== undefined) byChannel.recorded.set(channelKey(event.channel, event.event), event);
      skip(event);
    },
    skip,
    endSession,
    clear() {
      endSession();
      const isEmpty = byName.published.size === 0;
      const changed = [byName, byChannel].flatMap((index) => {
        index.recorded.clear();
        index.published.clear();
        return [...index.cells.values()];
      });
      if (isEmpty) return;
      for (const cell of changed) cell.event = undefined;
      notify(changed);
    },
    cell(name, channel) {
      const index = channel === undefined ? byName : byChannel;
      const key = channel === undefined ? name : channelKey(channel, name);
      const { cells } = index;
      return {
        getState: () => cells.get(key)?.event ?? index.published.get(key),
        getInitialState: () => undefined,
        subscribe(listener) {
          const cell = cells.get(key) ?? { event: index.published.get(key), listeners: new Set() };
          cells.set(key, cell);
          cell.listeners.add(listener);
          return () => {
            cell.listeners.delete(listener);
            if (cell.listeners.size === 0 && cells.get(key) === cell) cells.delete(key);
          };
        },
      };
    },
  };
}
