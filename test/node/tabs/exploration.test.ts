/**
 * Every order of events, posts, grants, thefts, crashes, freezes and lost sockets, for two tabs: breadth first over all states. The
 * decisions are those of `tabs/tab.ts` and `tabs/relay.ts`; a wrong one gives a shortest counterexample.
 */
import { describe, expect, it } from 'vitest';
import { isOfRelay } from '../../../tabs/messages.ts';
import type { RelayEffect } from '../../../tabs/relay.ts';
import {
  type Bounds,
  next,
  type Rules,
  rules,
  type State,
  settled,
  startOf,
  violation,
} from '../../support/tabs-model.ts';

interface Outcome {
  readonly states: number;
  readonly counterexample: string | null;
}

const LIMIT = process.env['EVERWIRE_RELIABILITY'] === 'full' ? 1_000_000 : 3_000;

function explore(by: Rules, start: State, bounds: Bounds): Outcome {
  const mayBegin = start.sessions.length === 0;
  const seen = new Map<string, readonly [parent: string, action: string]>();
  const first = JSON.stringify(start);
  seen.set(first, ['', '']);
  let frontier: [string, State][] = [[first, start]];
  while (frontier.length > 0) {
    const following: [string, State][] = [];
    for (const [key, state] of frontier)
      for (const [action, reached] of next(state, by, bounds)) {
        const reachedKey = JSON.stringify(reached);
        if (seen.has(reachedKey)) continue;
        seen.set(reachedKey, [key, action]);
        const wrong =
          violation(reached) ??
          (mayBegin || reached.sessions.length === 1 ? null : 'a new session, for nothing');
        if (wrong !== null)
          return { states: seen.size, counterexample: `${wrong}: ${pathTo(seen, reachedKey)}` };
        following.push([reachedKey, reached]);
      }
    frontier = following;
    if (seen.size > LIMIT) break;
  }
  return { states: seen.size, counterexample: null };
}

function pathTo(seen: ReadonlyMap<string, readonly [string, string]>, key: string): string {
  const actions: string[] = [];
  for (let step = seen.get(key); step && step[1] !== ''; step = seen.get(step[0])) actions.unshift(step[1]);
  return actions.join(', ');
}

const none: Bounds = { events: 0, thefts: 0, crashes: 0, freezes: 0, drops: 0, reloads: 0 };

/** `start`: nothing has happened yet. `settled`: both have a link, and one event, so none may be told of a new session. */
const worlds: Record<string, readonly [from: 'start' | 'settled', Bounds]> = {
  'four events': ['start', { ...none, events: 4 }],
  'a crash at the start': ['start', { ...none, events: 1, crashes: 1 }],
  'a crash': ['settled', { ...none, events: 4, crashes: 1 }],
  'two thefts': ['settled', { ...none, events: 2, thefts: 2 }],
  'a theft and a crash': ['settled', { ...none, events: 2, thefts: 1, crashes: 1 }],
  'a theft and a frozen tab': ['settled', { ...none, events: 3, thefts: 1, freezes: 1 }],
  'a lost socket': ['settled', { ...none, events: 4, drops: 1 }],
  'a tab that asks again': ['settled', { ...none, events: 4, reloads: 1 }],
};

function exploreWorld(by: Rules, world: string): Outcome {
  const [from, bounds] = worlds[world] ?? [];
  if (bounds === undefined) throw new Error(`There is no world "${world}".`);
  return explore(by, from === 'start' ? startOf() : settled(), bounds);
}

/** What a tab says and does, in place of what it should. */
const tabThat = (stepTab: Rules['stepTab']): Rules => ({ ...rules, stepTab });
const relayThat = (change: (effect: RelayEffect) => RelayEffect): Rules => ({
  ...rules,
  stepRelay(...args) {
    const [next, effects] = rules.stepRelay(...args);
    return [next, effects.map(change)];
  },
});

/**
 * Only mistakes that the numbers can't make good again. Others (a relay that does not claim its term, a tab that takes the answer to
 * an older question, or what an older relay says) cost time, and no event: the explored worlds have none that is lost.
 */
const mutants: readonly [string, world: string, Rules][] = [
  [
    'tab that goes on as the relay, though its lock was stolen, and a newer one speaks',
    'two thefts',
    tabThat((tab, input, nowMs) => {
      const isDeaf = input.type === 'stolen' || (input.type === 'message' && isOfRelay(input.message));
      const isOwn =
        input.type === 'message' && isOfRelay(input.message) && input.message.term === tab.speaking;
      return tab.speaking && isDeaf && !isOwn ? [tab, []] : rules.stepTab(tab, input, nowMs);
    }),
  ],
  [
    'tab that waits for the lock no more after a theft',
    'a theft and a crash',
    tabThat((tab, input, nowMs) => {
      const [next, effects] = rules.stepTab(tab, input, nowMs);
      if (input.type !== 'stolen') return [next, effects];
      return [{ ...next, lock: 'none' }, effects.filter(({ type }) => type !== 'lock')];
    }),
  ],
  [
    'relay that answers from its end, and not from where the tab is',
    'a tab that asks again',
    relayThat((one) =>
      one.type === 'post' && one.message.type === 'opened' && one.message.opening.how === 'resumed'
        ? { ...one, message: { ...one.message, opening: { how: 'resumed', items: [] } } }
        : one,
    ),
  ],
  [
    'relay that begins a new session, though the tabs have one',
    'a crash',
    relayThat((one) => (one.type === 'connect' ? { ...one, resume: null } : one)),
  ],
  [
    'relay that goes on one event too late',
    'a crash',
    relayThat((one) =>
      one.type === 'connect' && one.resume
        ? { ...one, resume: { ...one.resume, nextSeq: one.resume.nextSeq + 1 } }
        : one,
    ),
  ],
];

describe('two tabs', () => {
  it.each(Object.keys(worlds))(
    '%s: each has every event once, in order, or is told, and in the end there is one socket',
    (world) => {
      const { states, counterexample } = exploreWorld(rules, world);
      expect(counterexample).toBeNull();
      expect(states).toBeGreaterThan(50);
    },
  );

  it.each(mutants)('a %s is found', (_, world, mutant) => {
    expect(exploreWorld(mutant, world).counterexample).not.toBeNull();
  });
});
