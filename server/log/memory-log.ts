/** A log in the memory of one process. */
import { comparePositions } from '../position.ts';
import type { Entry, EventLog, NewEntry, Position, SessionRecord } from '../types.ts';
import { addValue, countOf, removeValue, type ValueSets, valuesOf } from '../value-sets.ts';

export interface MemoryLogOptions {
  /** How long entries and sessions are kept; ms. Default 120,000. */
  keepMs?: number;
  /** The most entries that are kept, also within `keepMs`. Default 100,000. */
  maxEntries?: number;
  /** For tests. Default `Date.now`. */
  clock?: () => number;
}

interface Stored {
  readonly entry: Entry;
  readonly storedAt: number;
}

/** Sessions survive a lost link, and not the end of the process: each client is then told `new-session`, once. */
export function memoryLog(options: MemoryLogOptions = {}): EventLog {
  const { keepMs = 120_000, maxEntries = 100_000, clock = Date.now } = options;
  /** The time in the last position. It never goes back, though the clock may. */
  let lastTime = 0;
  let count = 0;
  /** Removed from the front in large steps, because each `splice` moves all that follows. */
  let stored: Stored[] = [];
  let firstKept = 0;
  const sessions = new Map<string, { record: SessionRecord; expiresAt: number }>();
  const byUser: ValueSets<string> = new Map();
  const listeners = new Set<(entry: Entry) => void>();

  const trim = (now: number): void => {
    while (firstKept < stored.length) {
      const oldest = stored[firstKept];
      const isFull = stored.length - firstKept > maxEntries;
      if (oldest === undefined || (!isFull && now - oldest.storedAt <= keepMs)) break;
      firstKept += 1;
    }
    if (firstKept > 1_000 && firstKept * 2 > stored.length) {
      stored = stored.slice(firstKept);
      firstKept = 0;
    }
  };

  /** The index of the first stored entry after the position. */
  const endBefore = (position: Position): number => {
    let low = firstKept;
    let high = stored.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const isAfter = comparePositions(stored[middle]?.entry.position ?? '', position) > 0;
      if (isAfter) high = middle;
      else low = middle + 1;
    }
    return low;
  };

  /** The same; null if the entry at the position is not there. */
  const indexAfter = (after: Position): number | null => {
    const index = endBefore(after);
    const isThere =
      index > firstKept && comparePositions(stored[index - 1]?.entry.position ?? '', after) === 0;
    return isThere ? index : null;
  };

  const forget = (id: string): void => {
    const known = sessions.get(id);
    sessions.delete(id);
    if (known) removeValue(byUser, known.record.user, id);
  };

  /** Records are refreshed in the order in which they expire, so the oldest come first. */
  const forgetExpired = (now: number): void => {
    for (const [id, { expiresAt }] of sessions) {
      if (expiresAt > now) return;
      forget(id);
    }
  };

  return {
    keepMs,
    append(entry: NewEntry) {
      const now = clock();
      lastTime = Math.max(lastTime, now);
      count += 1;
      const placed: Entry = { ...entry, position: `${lastTime}-${count}` };
      stored.push({ entry: placed, storedAt: now });
      trim(now);
      for (const listener of listeners) listener(placed);
      return Promise.resolve(placed.position);
    },
    read(after, limit) {
      trim(clock());
      const start = indexAfter(after);
      const page = start === null ? 'trimmed' : stored.slice(start, start + limit).map(({ entry }) => entry);
      return Promise.resolve(page);
    },
    readBack(upTo, limit) {
      trim(clock());
      const end = endBefore(upTo);
      const page = stored.slice(Math.max(end - limit, firstKept), end);
      return Promise.resolve(page.map(({ entry }) => entry).reverse());
    },
    tail(after, onEntries, signal) {
      if (signal.aborted) return;
      const start = indexAfter(after) ?? firstKept;
      const missed = stored.slice(start).map(({ entry }) => entry);
      const listener = (entry: Entry): void => onEntries([entry]);
      listeners.add(listener);
      signal.addEventListener('abort', () => listeners.delete(listener), { once: true });
      if (missed.length > 0) onEntries(missed);
    },
    saveSession(record, ttlMs) {
      const now = clock();
      forgetExpired(now);
      const known = sessions.get(record.id)?.record;
      if (known && comparePositions(known.claim, record.claim) > 0) return Promise.resolve('superseded');
      // Inserted again, so that the records that expire first stay in front. The order of a user's sessions is kept.
      sessions.delete(record.id);
      sessions.set(record.id, { record, expiresAt: now + ttlMs });
      addValue(byUser, record.user, record.id);
      return Promise.resolve('saved');
    },
    loadSession(id) {
      const known = sessions.get(id);
      return Promise.resolve(known !== undefined && known.expiresAt > clock() ? known.record : null);
    },
    endSession({ id }) {
      forget(id);
      return Promise.resolve();
    },
    sessionsBeyond(user, limit) {
      const now = clock();
      forgetExpired(now);
      if (countOf(byUser, user) <= limit) return Promise.resolve([]);
      const kept = [...valuesOf(byUser, user)].flatMap((id) => sessions.get(id) ?? []);
      const theirs = kept.filter(({ expiresAt }) => expiresAt > now).map(({ record }) => record);
      const beyond = (holder: SessionRecord['holder']): readonly SessionRecord[] => {
        const held = theirs.filter((record) => record.holder === holder);
        return held.slice(0, Math.max(held.length - limit, 0));
      };
      return Promise.resolve([...beyond('socket'), ...beyond('none')]);
    },
  };
}
