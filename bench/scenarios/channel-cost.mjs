/** Measures what one event of a channel costs, and whether other channels make it more expensive. */

import { costOfOneMessage } from '../cost.mjs';

/** @type {import('../scenario.mjs').Scenario} */
export const channelCost = {
  id: 'channel-cost',
  title: 'Cost of one event of a channel',
  about:
    'N components, each in a channel of its own, with a handler for its events; every message is for one of them. The ' +
    'floor, and a contender without channels, gets the same events with names. CPU of the scripts in the page.',
  variants: [
    { id: '1', label: '1 channel' },
    { id: '10000', label: '10,000 channels' },
  ],
  rounds: 'all',
  secondsPerTab: 5,
  timeLimitMs: 120_000,
  async measure(stage, variant) {
    const names = stage.names(Number(variant));
    await stage.mount({ handlers: names });
    return costOfOneMessage(stage, names);
  },
  progress: { figure: 'scriptUs', unit: 'µs', digits: 2 },
  columns: [
    { title: '1 channel', value: (of) => of.ratio('1', 'messageUs'), as: 'ratio' },
    { title: '10,000', value: (of) => of.ratio('10000', 'messageUs'), as: 'ratio' },
    { title: 'µs, 1 channel', value: (of) => of.median('1', 'messageUs'), as: { digits: 2 } },
    { title: '10,000', value: (of) => of.median('10000', 'messageUs'), as: { digits: 2 } },
  ],
  panels: [],
  targets: [],
};
