/** A log in the memory of one process. */
import { comparePositions } from '../position.ts';
import type { Entry, EventLog, NewEntry, Position, SessionRecord } from '../types.ts';

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
  const byUser = new Map<string, Set<string>>();
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
    const theirs = known && byUser.get(known.record.user);
    theirs?.delete(id);
    if (known && theirs?.size === 0) byUser.delete(known.record.user);
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
      byUser.set(record.user, (byUser.get(record.user) ?? new Set()).add(record.id));
      return Promise.resolve('saved');
    },
    loadSession(id) {
      const known = sessions.get(id);
      return Promise.resolve(known !== undefined && known.expiresAt > clock() ? known.record : null);
    },
    endSession(id) {
      forget(id);
      return Promise.resolve();
    },
    sessionsOf(user) {
      forgetExpired(clock());
      const ids = [...(byUser.get(user) ?? [])];
      return Promise.resolve(ids.flatMap((id) => sessions.get(id)?.record ?? []));
    },
  };
}
