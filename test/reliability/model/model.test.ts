/** The promise holds in random sequences of faults, against a model of the server, in virtual time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeFigures } from '../../support/figures.ts';
import { families, inWords, type Plan, plans } from './commands.ts';
import { createTotals, type Totals } from './figures.ts';
import { createWorld } from './world.ts';

const isFull = process.env['EVERWIRE_RELIABILITY'] === 'full';
const SEQUENCES = Number(process.env['EVERWIRE_SEQUENCES'] ?? (isFull ? 10_000 : 200));
/** A failing run prints the seed with which it fails again. */
const SEED = Number(process.env['EVERWIRE_SEED'] ?? 20_261_123);
const PATH = process.env['EVERWIRE_PATH'];
/** The number of lines that are printed of a failing sequence. */
const STORY_LINES = 60;
/** It only ends a run that hangs: on a busy machine, 10,000 sequences take many times the few minutes that they need. */
const TIMEOUT_MS = isFull ? 7_200_000 : 60_000;

/** Cases that must occur in a run, or the invariants would hold because nothing was tried. */
const PHASES = ['starting', 'preparing', 'opening', 'open', 'connected', 'waiting', 'asleep', 'stopped'];
const REASONS = ['idle', 'client', 'attempts-exhausted', 'unauthorized', 'fatal-close', 'invalid-config'];
const TRANSITIONS = [
  'disconnected → connecting',
  'disconnected → reconnecting',
  'connecting → connected',
  'connecting → reconnecting',
  'connecting → disconnected',
  'connected → connecting',
  'connected → reconnecting',
  'connected → disconnected',
  'reconnecting → connecting',
  'reconnecting → connected',
  'reconnecting → disconnected',
];
/**
 * The codes with which the client itself gives up a link: a missed answer, a gap, bad frames, a token refused on the
 * open link.
 */
const OWN_CLOSES = ['4000', '4001', '4002', '3000'];

describe('random sequences', () => {
  it(
    `keep every invariant, ${SEQUENCES} times`,
    async () => {
      const totals = createTotals();
      const startedAtMs = Date.now();
      const result = await fc.check(
        fc.asyncProperty(plans(), (plan) => play(plan, totals)),
        { numRuns: SEQUENCES, seed: SEED, ...(PATH === undefined ? {} : { path: PATH }) },
      );
      const tookMs = Date.now() - startedAtMs;
      if (result.failed) throw new Error(await describeFailure(result));
      writeFigures('model', { seed: SEED, tookMs, ...totals });
      // A single sequence that is played again does not cover everything.
      if (PATH === undefined) checkFloors(totals);
    },
    TIMEOUT_MS,
  );

  it('are reproducible', async () => {
    for (const plan of fc.sample(plans(), { numRuns: 20, seed: SEED })) {
      const stories: string[][] = [[], []];
      for (const story of stories) await play(plan, createTotals(), story);
      expect(stories[1]).toEqual(stories[0]);
    }
  });
});

async function play({ setup, commands }: Plan, totals: Totals, story: string[] | null = null): Promise<void> {
  const world = createWorld(setup, totals, story);
  try {
    await world.begin();
    for (const command of commands) await world.carryOut(command);
    await world.heal();
    await world.end();
    totals.sequences += 1;
  } finally {
    world.restore();
  }
}

async function describeFailure(result: fc.RunDetails<[Plan]>): Promise<string> {
  const [plan] = result.counterexample ?? [];
  const story: string[] = [];
  if (plan !== undefined) await play(plan, createTotals(), story).catch(() => undefined);
  return [
    `An invariant is broken. Again: EVERWIRE_SEED=${result.seed} EVERWIRE_PATH=${result.counterexamplePath}`,
    result.errorInstance instanceof Error ? result.errorInstance.message : String(result.errorInstance),
    plan === undefined ? '' : inWords(plan),
    ...story.slice(-STORY_LINES),
  ].join('\n');
}

/** Few sequences do not cover everything: the floors apply to long runs only. */
function checkFloors(totals: Totals): void {
  const share = SEQUENCES / 10_000;
  const { events, faults } = totals;
  for (const family of families) expect(faults[family], family).toBeGreaterThanOrEqual(500 * share);
  const allFaults = families.reduce((sum, family) => sum + faults[family], 0);
  expect(allFaults).toBeGreaterThanOrEqual(20_000 * share);
  expect(events.delivered / events.emitted, 'delivered of emitted').toBeGreaterThanOrEqual(0.5);
  expect(totals.maxLiveSockets).toBe(1);
  if (share < 0.02) return;
  expect(Object.keys(totals.phases)).toEqual(expect.arrayContaining(PHASES));
  expect(Object.keys(totals.transitions)).toEqual(expect.arrayContaining(TRANSITIONS));
  if (share < 0.5) return;
  expect(Object.keys(totals.reasons)).toEqual(expect.arrayContaining(REASONS));
  expect(Object.keys(totals.closes)).toEqual(expect.arrayContaining(OWN_CLOSES));
}
