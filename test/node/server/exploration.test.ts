/**
 * Every order of events, reads, joins, crashes, dropped links and reconnects, for two processes and one session: breadth first
 * over all states. The decisions are those of `server/session.ts`; a wrong one gives a shortest counterexample.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as decisions from '../../../server/session.ts';
import type { Entry } from '../../../server/types.ts';
import { writeFigures } from '../../support/figures.ts';
import { type Bounds, next, type Rules, type State, startOf, violation } from '../../support/hub-model.ts';

interface Outcome {
  readonly states: number;
  /** Whether there are no more. */
  readonly isWhole: boolean;
  readonly counterexample: string | null;
}

function explore(rules: Rules, bounds: Bounds): Outcome {
  const seen = new Map<string, readonly [parent: string, action: string]>();
  const start = startOf(bounds);
  seen.set(hashOf(start), ['', '']);
  let frontier: [string, State][] = [[hashOf(start), start]];
  while (frontier.length > 0 && seen.size < LIMIT) {
    const following: [string, State][] = [];
    for (const [hash, state] of frontier)
      for (const [action, reached] of next(state, rules, bounds)) {
        const reachedHash = hashOf(reached);
        if (seen.has(reachedHash)) continue;
        seen.set(reachedHash, [hash, action]);
        const wrong = violation(reached);
        if (wrong !== null)
          return {
            states: seen.size,
            isWhole: false,
            counterexample: `${wrong}: ${pathTo(seen, reachedHash)}`,
          };
        following.push([reachedHash, reached]);
      }
    frontier = following;
  }
  return { states: seen.size, isWhole: frontier.length === 0, counterexample: null };
}

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';

/** Explored until there are so many, with all that are as far from the start. `npm run reliability -- exploration`: a million. */
const LIMIT = isFull ? 1_000_000 : 60_000;

const limitMs = isFull ? 3_600_000 : 300_000;

/** A million states as text are more than Node's memory. Two with one hash are not expected in the age of the universe. */
function hashOf(state: State): string {
  return createHash('sha1').update(JSON.stringify(state)).digest('base64').slice(0, 16);
}

function pathTo(seen: ReadonlyMap<string, readonly [string, string]>, hash: string): string {
  const actions: string[] = [];
  for (let step = seen.get(hash); step && step[1] !== ''; step = seen.get(step[0])) actions.unshift(step[1]);
  return actions.join(', ');
}

const rows: object[] = [];

/** Explores, and notes how far. */
function proven(name: string, bounds: Bounds): Outcome {
  const outcome = explore(decisions, bounds);
  rows.push({ space: name, ...outcome });
  writeFigures('exploration', { rows });
  return outcome;
}

const placeIn = (entry: Pick<Entry, 'position'>): number => Number(entry.position.slice(2));

describe('two processes, one session, four events, two crashes, one dropped link', () => {
  const bounds: Bounds = {
    processes: 2,
    events: 4,
    channelEvents: 0,
    joins: 0,
    lefts: 0,
    crashes: 2,
    drops: 1,
  };

  it(
    'the client has every event once, in order, and one socket writes to the session',
    () => {
      const { states, isWhole, counterexample } = proven('events, crashes, a dropped link', bounds);
      expect(counterexample).toBeNull();
      expect(isWhole || states >= LIMIT).toBe(true);
      expect(states).toBeGreaterThan(50_000);
    },
    limitMs,
  );

  const mutants: Record<string, Partial<Rules>> = {
    'goes live after the first page, though entries were read meanwhile': { nextReplayStep: () => 'live' },
    'forgets that a page was further than the process': { aheadOf: () => null },
    'sends again what a page had': { hasAlready: () => false },
    'skips one entry too many': {
      hasAlready: (ahead, entry) => ahead !== null && placeIn(entry) <= Number(ahead.slice(2)) + 1,
    },
    'keeps a session that another socket has claimed': { isTakenOver: () => false },
    'does not notice a newer claim while its own is being stored': {
      withRival: (claim, id, entry) =>
        claim.position === null ? claim : decisions.withRival(claim, id, entry),
    },
  };
  it.each(Object.entries(mutants))(
    'a server that %s is found',
    (_, mutant) => {
      expect(explore({ ...decisions, ...mutant }, bounds).counterexample).not.toBeNull();
    },
    limitMs,
  );
});

describe('a channel that the client joins, and that the server ends', () => {
  /** Every mutant is found in it. In the larger one, the first counterexample may lie beyond the limit. */
  const small: Bounds = {
    processes: 1,
    events: 0,
    channelEvents: 1,
    joins: 1,
    lefts: 1,
    crashes: 1,
    drops: 1,
  };
  const bounds: Bounds = isFull ? { ...small, processes: 2, events: 1, channelEvents: 2 } : small;

  it(
    'the client has every event of the channel from where it was when it asked, once, in order, to its end',
    () => {
      const { states, isWhole, counterexample } = proven('a channel', bounds);
      expect(counterexample).toBeNull();
      expect(isWhole || states >= LIMIT).toBe(true);
      expect(states).toBeGreaterThan(10_000);
    },
    limitMs,
  );

  const mutants: Record<string, Partial<Rules>> = {
    'continues a join whose answer was lost': {
      knownChannels: ({ channels }, progress) =>
        decisions.knownChannels({ channels }, { ...progress, joins: Number.POSITIVE_INFINITY }),
    },
    'ends the membership of a client that was not told': {
      knownChannels: (record, progress) =>
        Object.fromEntries(
          Object.entries(decisions.knownChannels(record, progress)).filter(
            ([, { until }]) => until === undefined,
          ),
        ),
    },
    'reads the channel on after the end': {
      concerns: (reader, entry) => entry.kind !== 'left' && decisions.concerns(reader, entry),
    },
  };
  it.each(Object.entries(mutants))(
    'a server that %s is found',
    (_, mutant) => {
      expect(explore({ ...decisions, ...mutant }, small).counterexample).not.toBeNull();
    },
    limitMs,
  );
});
