/** Finds the past events of channels, from the end of the log back, for the answer to a join. */
import { comparePositions, laterOf } from './position.ts';
import type { EventEntry } from './space.ts';
import type { Entry, EventLog, Position } from './types.ts';

/** What a client wants of a channel's past. */
export type Wanted =
  | { readonly from: 'now' }
  | { readonly from: 'start' }
  | { readonly from: 'last'; readonly count: number }
  /** Null: the log does not have it. */
  | { readonly from: 'position'; readonly position: Position | null };

export interface Ask {
  readonly wanted: Wanted;
  /** The app's limit: nothing up to here may be read. Null: none. */
  readonly allowed: Position | null;
}

/** What of it there is. */
export interface Past {
  /** Oldest first. */
  readonly events: readonly EventEntry[];
  /** Whether nothing of what is wanted is missing. If something is, there are no events. */
  readonly outcome: 'complete' | 'incomplete';
}

/** Entries that are read at once. */
const PAGE = 500;

/** Entries that are read for one join. What lies further back costs the server more than a refetch does. */
const MAX_ENTRIES = 50_000;

/** Characters of data that one answer may hold. Clients take frames of 4,194,304. */
const MAX_LENGTH = 1_048_576;

/** How the search for one channel's events ends where it has reached `stop`, or the start of the log. */
interface Search {
  readonly most: number;
  /** Entries up to here are not looked at. */
  readonly stop: Position | null;
  readonly atStop: (stop: Position) => Past['outcome'];
  readonly atStart: Past['outcome'];
  /** What it means that the search was given up. `last` has what it has. */
  readonly givenUp: Past['outcome'];
  /** Newest first. */
  events: EventEntry[];
  length: number;
  state: 'open' | Past['outcome'];
}

/** The past of each channel, up to and including this position. Reads the log once for all of them. */
export async function findPast(
  log: Pick<EventLog, 'readBack'>,
  at: Position,
  asks: ReadonlyMap<string, Ask>,
): Promise<ReadonlyMap<string, Past>> {
  const searches = new Map([...asks].map(([name, ask]) => [name, searchFor(ask, at)] as const));
  const open = new Set([...searches.values()].filter(({ state }) => state === 'open'));
  const stops = [...open].filter(hasStop).sort((a, b) => comparePositions(b.stop, a.stop));
  let upTo = at;
  let count = 0;
  let length = 0;
  while (open.size > 0) {
    const entries = await log.readBack(upTo, PAGE);
    for (const entry of entries) {
      // Each page begins where the one before ended.
      if (entry.position === upTo && count > 0) continue;
      count += 1;
      for (let next = stops[0]; next && comparePositions(entry.position, next.stop) <= 0; next = stops[0]) {
        stops.shift();
        if (next.state === 'open') settle(next, open, next.atStop(entry.position));
      }
      length += collect(entry, searches, open);
      while (length > MAX_LENGTH && open.size > 0) length -= giveUpLargest(open);
    }
    const last = entries.at(-1)?.position;
    const isStart = last === undefined || last === upTo || entries.length < PAGE;
    if (isStart) for (const one of open) settle(one, open, one.atStart);
    else if (count >= MAX_ENTRIES) for (const one of open) settle(one, open, one.givenUp);
    upTo = last ?? upTo;
  }
  return new Map([...searches].map(([name, found]) => [name, pastOf(found)]));
}

function searchFor({ wanted, allowed }: Ask, at: Position): Search {
  const empty = { events: [], length: 0 };
  const isAllowed: Pick<Search, 'stop' | 'atStop' | 'atStart'> = {
    stop: allowed,
    atStop: () => 'complete',
    atStart: 'complete',
  };
  switch (wanted.from) {
    case 'now':
      return { ...empty, ...isAllowed, most: 0, givenUp: 'complete', state: 'complete' };
    case 'last':
      return { ...empty, ...isAllowed, most: wanted.count, givenUp: 'complete', state: 'open' };
    case 'start':
      return { ...empty, ...isAllowed, most: Number.POSITIVE_INFINITY, givenUp: 'incomplete', state: 'open' };
    case 'position': {
      const { position } = wanted;
      if (position === null)
        return { ...empty, ...isAllowed, most: 0, givenUp: 'incomplete', state: 'incomplete' };
      const isForbidden = allowed !== null && laterOf(position, allowed) !== position;
      // Beyond what this process has read, nothing is past.
      const isBeyond = comparePositions(position, at) > 0;
      return {
        ...empty,
        most: Number.POSITIVE_INFINITY,
        stop: position,
        atStop: (stop) => (comparePositions(stop, position) === 0 ? 'complete' : 'incomplete'),
        atStart: 'incomplete',
        givenUp: 'incomplete',
        state: isForbidden ? 'incomplete' : isBeyond ? 'complete' : 'open',
      };
    }
    default:
      return wanted satisfies never;
  }
}

function hasStop(one: Search): one is Search & { readonly stop: Position } {
  return one.stop !== null;
}

/** Adds an event where it belongs. Returns its length. */
function collect(entry: Entry, searches: ReadonlyMap<string, Search>, open: Set<Search>): number {
  if (entry.kind !== 'event' || !('channel' in entry.target)) return 0;
  const found = searches.get(entry.target.channel);
  if (found?.state !== 'open') return 0;
  found.events.push(entry);
  found.length += entry.data.length;
  if (found.events.length >= found.most) settle(found, open, 'complete');
  return entry.data.length;
}

function settle(one: Search, open: Set<Search>, outcome: Past['outcome']): void {
  one.state = outcome;
  open.delete(one);
}

/** Too much for one answer. Returns the length that this frees. */
function giveUpLargest(open: Set<Search>): number {
  const [largest] = [...open].sort((a, b) => b.length - a.length);
  if (largest === undefined) return 0;
  settle(largest, open, largest.givenUp);
  if (largest.givenUp === 'complete') return 0;
  largest.events = [];
  return largest.length;
}

function pastOf({ events, state }: Search): Past {
  const outcome = state === 'complete' ? state : 'incomplete';
  return { events: outcome === 'complete' ? events.reverse() : [], outcome };
}
