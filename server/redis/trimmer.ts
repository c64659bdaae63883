/** Decides which entries of a stream are old enough to be removed. */
import type { Position } from '../types.ts';

export interface Trimmer {
  /** The stream has been read up to here. */
  note(position: Position): void;
  /** The position before which entries may be removed; null if it is not time for that. */
  due(): Position | null;
}

/** How often a position is noted, and how often entries are removed. */
const INTERVAL_MS = 1_000;

/**
 * The age of an entry is how long ago this process read it, by its own clock: the time in a position is that of the Redis
 * server, which may jump. A process that has just started removes nothing for `keepMs`.
 */
export function createTrimmer(keepMs: number, now: () => number = () => performance.now()): Trimmer {
  const noted: { readonly position: Position; readonly at: number }[] = [];
  let lastDueAt = now();
  return {
    note(position) {
      const last = noted.at(-1);
      const at = now();
      if (last && (at - last.at < INTERVAL_MS || last.position === position)) return;
      noted.push({ position, at });
    },
    due() {
      const at = now();
      if (at - lastDueAt < INTERVAL_MS) return null;
      lastDueAt = at;
      let oldest: Position | null = null;
      for (let first = noted[0]; first && at - first.at > keepMs; first = noted[0]) {
        oldest = first.position;
        noted.shift();
      }
      return oldest;
    },
  };
}
