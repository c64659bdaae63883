/** Counts the events of each name: how many, how many a second, and how large. Counting is a few plain numbers. */
import type { IWebSocketEvent } from '../src/types.ts';
import { jsonLength } from './json-length.ts';
import { countInSecond, perSecondOf, type SecondTally } from './per-second.ts';

/** One name, as it is shown. */
export interface NameFigures {
  readonly name: string;
  readonly count: number;
  /** In the last whole second. */
  readonly perSecond: number;
  /** Characters of the data as JSON: the mean of those that were measured. Null before the first. */
  readonly meanLength: number | null;
}

export interface Names {
  /** In alphabetical order, so that a name keeps its place. */
  figures(at: number): readonly NameFigures[];
  /** Events of names beyond the limit. */
  readonly others: number;
  /** Names whose rows are hidden, and not kept. */
  readonly muted: ReadonlySet<string>;
}

export interface NameCounts extends Names {
  /** One more event. Returns whether its row is kept: that of a muted name is not. */
  count(event: IWebSocketEvent, at: number): boolean;
  /** Mutes the name, or ends that. */
  toggle(name: string): void;
  /** Forgets the counts. What is muted stays so. */
  clear(): void;
}

interface Tally extends SecondTally {
  readonly name: string;
  count: number;
  isKept: boolean;
  newest: unknown;
  /** The second in which its data was measured last. */
  measuredSecond: number;
  measured: number;
  lengths: number;
}

/** A server that makes up names must not fill the memory. */
const MAX_NAMES = 500;

export function createNameCounts(): NameCounts {
  const tallies = new Map<string, Tally>();
  const muted = new Set<string>();
  let sorted: readonly Tally[] = [];
  let others = 0;

  const add = (name: string): Tally => {
    const made: Tally = {
      name,
      count: 0,
      second: 0,
      inSecond: 0,
      inSecondBefore: 0,
      isKept: !muted.has(name),
      newest: undefined,
      measuredSecond: -1,
      measured: 0,
      lengths: 0,
    };
    tallies.set(name, made);
    sorted = [...tallies.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    return made;
  };

  return {
    muted,
    get others() {
      return others;
    },
    count({ event, data }, at) {
      let tally = tallies.get(event);
      if (tally === undefined) {
        if (tallies.size >= MAX_NAMES) {
          others += 1;
          return !muted.has(event);
        }
        tally = add(event);
      }
      countInSecond(tally, at);
      tally.count += 1;
      tally.newest = data;
      return tally.isKept;
    },
    figures(at) {
      return sorted.map((tally) => {
        measure(tally);
        const { name, count, measured, lengths } = tally;
        const meanLength = measured === 0 ? null : Math.round(lengths / measured);
        return { name, count, perSecond: perSecondOf(tally, at), meanLength };
      });
    },
    toggle(name) {
      if (!muted.delete(name)) muted.add(name);
      const tally = tallies.get(name);
      if (tally !== undefined) tally.isKept = !muted.has(name);
    },
    clear() {
      tallies.clear();
      sorted = [];
      others = 0;
    },
  };
}

/** Only what is drawn is measured, and once a second: an event that nobody looks at costs no walk through its data. */
function measure(tally: Tally): void {
  if (tally.measuredSecond === tally.second) return;
  tally.measuredSecond = tally.second;
  tally.lengths += jsonLength(tally.newest);
  tally.measured += 1;
  tally.newest = undefined;
}
