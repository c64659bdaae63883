/** Measures what one message costs, and whether hooks for other names make it more expensive. */

import { costOfOneMessage } from '../cost.mjs';

/** @type {import('../scenario.mjs').Scenario} */
export const messageCost = {
  id: 'message-cost',
  title: 'Cost of one message',
  about:
    'N components, each with a handler for a name of its own; every message is for one of them. ' +
    'CPU of the scripts in the page (library, parsing, callback), as a ratio to the floor, corrected for the pace ' +
    "of the machine. The pace is that of the browser's own work to receive the messages, which is the same for all.",
  variants: [
    { id: '1', label: '1 hook' },
    { id: '10', label: '10 hooks' },
    { id: '100', label: '100 hooks' },
    { id: '1000', label: '1,000 hooks' },
  ],
  rounds: 'all',
  secondsPerTab: 3,
  timeLimitMs: 60_000,
  async measure(stage, variant) {
    const names = stage.names(Number(variant));
    await stage.mount({ handlers: names });
    return costOfOneMessage(stage, names);
  },
  progress: { figure: 'scriptUs', unit: 'µs', digits: 2 },
  columns: [
    { title: '1 hook', value: (of) => of.ratio('1', 'messageUs'), as: 'ratio' },
    { title: '10', value: (of) => of.ratio('10', 'messageUs'), as: 'ratio' },
    { title: '100', value: (of) => of.ratio('100', 'messageUs'), as: 'ratio' },
    { title: '1,000', value: (of) => of.ratio('1000', 'messageUs'), as: 'ratio' },
    { title: 'µs, 1 hook', value: (of) => of.median('1', 'messageUs'), as: { digits: 2 } },
    { title: 'more per hook, ns', value: growthNs, as: { digits: 1 } },
    { title: 'whole main thread, 1 hook', value: (of) => of.ratio('1', 'cpuUs'), as: 'ratio' },
  ],
  panels: [
    { title: 'One message, 1 hook', variant: '1', figure: 'messageUs' },
    { title: 'One message, 1,000 hooks on other names', variant: '1000', figure: 'messageUs' },
  ],
  targets: [
    {
      title: 'cost of one message, 1 hook',
      value: (of) => of.ratio('1', 'messageUs'),
      as: 'ratio',
      limit: { kind: 'at-most', value: 1.15 },
    },
    {
      title: 'cost of one message, 1,000 hooks on other names',
      value: (of) => of.ratio('1000', 'messageUs'),
      as: 'ratio',
      limit: { kind: 'at-most', value: 1.15 },
    },
    {
      title: 'cost of one message, growth per hook, ns',
      value: growthNs,
      as: { digits: 2 },
      limit: { kind: 'at-most', value: 2 },
    },
  ],
};

/**
 * Computed from the ratios: minutes pass between the two variants, and the machine may have become slower.
 *
 * @param {import('../scenario.mjs').Figures} of
 */
function growthNs(of) {
  const more = of.ratio('1000', 'messageUs') - of.ratio('1', 'messageUs');
  return (1000 * more * of.floor('1', 'messageUs')) / 999;
}
