/**
 * Every order of events, posts, grants, thefts, crashes, freezes and lost sockets, for two tabs: breadth first over all states. The
 * decisions are those of `tabs/tab.ts` and `tabs/relay.ts`; a wrong one gives a shortest counterexample.
 */
import { describe, expect, it } from 'vitest';
import {
  type Bounds,
  next,
  type Rules,
  rules,
  type State,
  startOf,
  violation,
} from '../../support/tabs-model.ts';

interface Outcome {
  readonly states: number;
  readonly counterexample: string | null;
}

const LIMIT = process.env['EVERWIRE_RELIABILITY'] === 'full' ? 1_000_000 : 40_000;

function explore(by: Rules, bounds: Bounds, limit = LIMIT): Outcome {
  const seen = new Map<string, readonly [parent: string, action: string]>();
  const start = startOf();
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
        const wrong = violation(reached);
        if (wrong !== null)
          return { states: seen.size, counterexample: `${wrong}: ${pathTo(seen, reachedKey)}` };
        following.push([reachedKey, reached]);
      }
    frontier = following;
    if (seen.size > limit) break;
  }
  return { states: seen.size, counterexample: null };
}

function pathTo(seen: ReadonlyMap<string, readonly [string, string]>, key: string): string {
  const actions: string[] = [];
  for (let step = seen.get(key); step && step[1] !== ''; step = seen.get(step[0])) actions.unshift(step[1]);
  return actions.join(', ');
}

const none: Bounds = { events: 0, thefts: 0, crashes: 0, freezes: 0, drops: 0, reloads: 0 };

describe('two tabs', () => {
  it.each<[string, Partial<Bounds>]>([
    ['four events', { events: 4 }],
    ['two events, a crash', { events: 2, crashes: 1 }],
    ['two events, a theft', { events: 2, thefts: 1 }],
    ['an event, a theft and a frozen tab', { events: 1, thefts: 1, freezes: 1 }],
    ['two events, a lost socket', { events: 2, drops: 1 }],
    ['two events, a tab that asks again', { events: 2, reloads: 1 }],
    ['an event, two thefts', { events: 1, thefts: 2 }],
  ])('%s: each has every event once, in order, or is told; in the end there is one socket', (_, some) => {
    const { states, counterexample } = explore(rules, { ...none, ...some });
    expect(counterexample).toBeNull();
    expect(states).toBeGreaterThan(300);
  });
});
