/** The interface of a scenario: what it does in a tab, and which figures it reports. */

/**
 * @typedef {object} Scenario
 * @property {string} id as `--scenario` names it
 * @property {string} title
 * @property {string} about what is mounted, sent and measured
 * @property {readonly Variant[]} variants
 * @property {'all' | 'one'} rounds `one` if the figures do not depend on the machine
 * @property {number} secondsPerTab approximately, for the estimate
 * @property {number} timeLimitMs for one tab; a contender that needs longer has failed
 * @property {(stage: import('./measure.mjs').Stage, variant: string) => Promise<Readings>} measure in a fresh tab
 * @property {Progress} progress printed for each measured tab
 * @property {readonly Column[]} columns
 * @property {readonly Panel[]} panels
 * @property {readonly Target[]} targets for Everwire
 *
 * @typedef {{ id: string, label: string }} Variant
 * @typedef {Record<string, number | null>} Readings null: not available
 * @typedef {{ figure: string, unit: string, digits: number }} Progress
 *
 * @typedef {object} Column
 * @property {string} title
 * @property {(of: Figures) => number} value NaN where there is none
 * @property {Format} as
 *
 * @typedef {Column & { limit: { kind: 'at-most' | 'at-least' | 'below', value: number } }} Target
 *
 * @typedef {object} Panel a part of the chart: ratios to the floor
 * @property {string} title
 * @property {string} variant
 * @property {string} figure
 *
 * @typedef {'ratio' | { digits: number, zero?: string }} Format zero: what stands for 0
 *
 * @typedef {object} Figures those of one contender, over all rounds
 * @property {(variant: string, figure: string) => number} median
 * @property {(variant: string, figure: string) => number} highest
 * @property {(variant: string, figure: string) => number} lowest
 * @property {(variant: string, figure: string) => number} floor the floor's median
 * @property {(variant: string, figure: string) => number} aboveFloor its median minus the floor's
 * @property {(variant: string, figure: string) => number} ratio the median of its ratios to the floor of the same round
 * @property {(variant: string, figure: string) => readonly number[]} ratios one for each round
 */

/** For a scenario with only one variant. */
export const onlyVariant = [{ id: 'only', label: '' }];
