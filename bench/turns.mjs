/** Measures all contenders in turn, each in a fresh tab, even if the one before failed. */

import { launchChromium } from './devtools-pipe.mjs';
import { createStage } from './measure.mjs';

/**
 * @typedef {import('./scenario.mjs').Scenario} Scenario
 * @typedef {import('./line-up.mjs').Entry} Entry
 * @typedef {import('./figures.mjs').Result} Result
 *
 * @typedef {object} Turn every contender once
 * @property {Scenario} scenario
 * @property {import('./scenario.mjs').Variant} variant
 * @property {number} round from 1
 *
 * @typedef {object} Bench
 * @property {string} version of the Chromium
 * @property {() => Promise<number>} framesPerSecond of a page that does nothing
 * @property {(turn: Turn, onResult: (contender: Entry, result: Result) => void) => Promise<void>} measureTurn
 * @property {() => Promise<void>} close
 */

/** The time limit for a closed tab to be gone from the server. */
const goodbyeLimitMs = 5_000;
const betweenTabsSeconds = 0.4;

/**
 * @param {readonly Scenario[]} scenarios
 * @param {number} rounds
 * @returns {Turn[]}
 */
export function planTurns(scenarios, rounds) {
  return scenarios.flatMap((scenario) =>
    scenario.variants.flatMap((variant) =>
      Array.from({ length: scenario.rounds === 'all' ? rounds : 1 }, (_, index) => ({
        scenario,
        variant,
        round: index + 1,
      })),
    ),
  );
}

/**
 * @param {readonly Turn[]} turns
 * @param {number} contenders
 */
export function estimateMinutes(turns, contenders) {
  const seconds = turns.map(({ scenario }) => scenario.secondsPerTab + betweenTabsSeconds);
  return (contenders * seconds.reduce((total, each) => total + each, 0)) / 60;
}

/**
 * @param {object} of
 * @param {string} of.chromiumPath
 * @param {import('./bundle.mjs').Pages} of.pages
 * @param {import('./server.mjs').Server} of.server
 * @param {readonly Entry[]} of.contenders
 * @param {number} of.rounds
 * @returns {Promise<Bench>}
 */
export async function openBench({ chromiumPath, pages, server, contenders, rounds }) {
  const [first] = contenders;
  if (first === undefined) throw new Error('Nobody takes part.');
  let chromium = await launchChromium(chromiumPath);

  /**
   * @template Value
   * @param {Entry} contender
   * @param {(stage: import('./measure.mjs').Stage) => Promise<Value>} work
   */
  const inTab = async ({ id, dialect }, work) => {
    const tab = await chromium.openTab(pages.url(id));
    try {
      return await work(await createStage({ tab, server, url: server.url(dialect) }));
    } finally {
      await tab.close();
    }
  };

  /**
   * @param {Entry} contender
   * @param {Turn} turn
   * @returns {Promise<Result>}
   */
  const measure = async (contender, { scenario, variant, round }) => {
    /** @type {Result} */
    const result = {
      scenario: scenario.id,
      variant: variant.id,
      round,
      contender: contender.id,
      readings: {},
      faults: { lost: 0, duplicated: 0, outOfOrder: 0, stale: 0 },
      seconds: 0,
      failure: null,
    };
    const startedAt = performance.now();
    try {
      await within(goodbyeLimitMs, server.deserted());
      await server.forget();
      await server.greetWith(null);
      await inTab(contender, async (stage) => {
        result.faults = stage.faults;
        result.readings = await within(scenario.timeLimitMs, scenario.measure(stage, variant.id));
      });
    } catch (error) {
      const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
      result.failure = sentence;
      // A hanging tab may have made the browser hang.
      await chromium.close();
      chromium = await launchChromium(chromiumPath);
    }
    result.seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    return result;
  };

  // The order rotates with each round; with few rounds, each contender gets very different places.
  const step = Math.max(1, Math.floor(contenders.length / rounds));

  return {
    version: chromium.version,
    framesPerSecond: () => inTab(first, countFrames),
    async measureTurn(turn, onResult) {
      for (const contender of rotate(contenders, (turn.round - 1) * step)) {
        onResult(contender, await measure(contender, turn));
      }
    },
    close: () => chromium.close(),
  };
}

/** @param {import('./measure.mjs').Stage} stage */
async function countFrames(stage) {
  await stage.startProbe('frames');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const { frames, seconds } = await stage.stopProbe();
  return frames / seconds;
}

/**
 * @template Item
 * @param {readonly Item[]} items
 * @param {number} by
 */
function rotate(items, by) {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

/**
 * @template Value
 * @param {number} timeLimitMs
 * @param {Promise<Value>} work
 * @returns {Promise<Value>}
 */
async function within(timeLimitMs, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let limit;
  const late = new Promise((_, reject) => {
    limit = setTimeout(() => reject(new Error(`not done in ${timeLimitMs / 1000} s`)), timeLimitMs);
  });
  try {
    return await Promise.race([work, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(limit);
  }
}
