/** Computes figures for one contender from all readings. Rounds are compared with the floor of the same round. */

import { floorIds, lineUp } from './line-up.mjs';
import { mean, median } from './statistics.mjs';

/**
 * @typedef {object} Result one tab
 * @property {string} scenario
 * @property {string} variant
 * @property {number} round
 * @property {string} contender
 * @property {import('./scenario.mjs').Readings} readings
 * @property {import('./measure.mjs').Faults} faults
 * @property {number} seconds that it took
 * @property {string | null} failure why there are no readings
 */

/**
 * @param {readonly Result[]} results
 * @param {string} scenario
 * @param {string} contender
 * @returns {import('./scenario.mjs').Figures}
 */
export function figuresOf(results, scenario, contender) {
  const ours = results.filter((result) => result.scenario === scenario);

  /**
   * @param {string} variant
   * @param {string} figure
   * @param {readonly string[]} contenders
   * @param {number} [round]
   */
  const values = (variant, figure, contenders, round) =>
    ours
      .filter((result) => result.variant === variant && contenders.includes(result.contender))
      .filter((result) => round === undefined || result.round === round)
      .map((result) => reading(result, figure, ours))
      .filter((value) => typeof value === 'number');

  /** @type {import('./scenario.mjs').Figures['ratios']} */
  const ratios = (variant, figure) =>
    [...new Set(ours.map((result) => result.round))].flatMap((round) => {
      const floors = values(variant, figure, floorIds, round);
      return floors.length === 0
        ? []
        : values(variant, figure, [contender], round).map((value) => value / mean(floors));
    });

  return {
    median: (variant, figure) => median(values(variant, figure, [contender])),
    highest: (variant, figure) => extreme(Math.max, values(variant, figure, [contender])),
    lowest: (variant, figure) => extreme(Math.min, values(variant, figure, [contender])),
    floor: (variant, figure) => median(values(variant, figure, floorIds)),
    aboveFloor: (variant, figure) =>
      median(values(variant, figure, [contender])) - median(values(variant, figure, floorIds)),
    ratio: (variant, figure) => median(ratios(variant, figure)),
    ratios,
  };
}

/**
 * The reading itself; `messageUs`, the cost of one message for the contender itself, is computed.
 *
 * @param {Result} result
 * @param {string} figure
 * @param {readonly Result[]} others of the same scenario
 */
function reading(result, figure, others) {
  if (figure !== 'messageUs') return result.readings[figure];
  const floors = others.filter(
    ({ contender, variant, round }) =>
      floorIds.includes(contender) && variant === result.variant && round === result.round,
  );
  return messageUs(result, floors);
}

/**
 * The time of the scripts, at the machine's pace for the floors of the same round (see cost.mjs).
 *
 * @param {Result} result
 * @param {readonly Result[]} floors
 */
function messageUs({ contender, readings }, floors) {
  const { scriptUs = null, cpuUs = null, scriptsPerBeside = null } = readings;
  const besides = floors
    .map((floor) => (floor.readings['cpuUs'] ?? Number.NaN) - (floor.readings['scriptUs'] ?? Number.NaN))
    .filter(Number.isFinite);
  if (besides.length === 0) return scriptUs;
  // The time of the scripts leaves out microtasks: they are the main thread's time beyond the floor's.
  const { callsIn = 'script' } = lineUp.find(({ id }) => id === contender) ?? {};
  switch (callsIn) {
    case 'microtask':
      return cpuUs === null ? null : cpuUs - mean(besides);
    case 'script':
      return scriptsPerBeside === null ? scriptUs : scriptsPerBeside * mean(besides);
    default:
      return /** @satisfies {never} */ (callsIn);
  }
}

/**
 * @param {readonly Result[]} results
 * @returns {import('./measure.mjs').Faults}
 */
export function faultsOf(results) {
  const total = { lost: 0, duplicated: 0, outOfOrder: 0, stale: 0 };
  for (const { faults } of results) {
    total.lost += faults.lost;
    total.duplicated += faults.duplicated;
    total.outOfOrder += faults.outOfOrder;
    total.stale += faults.stale;
  }
  return total;
}

/**
 * @param {(...values: number[]) => number} pick
 * @param {readonly number[]} values
 */
function extreme(pick, values) {
  return values.length === 0 ? Number.NaN : pick(...values);
}
