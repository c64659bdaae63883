/** Measures what one message costs when a thousand hooks listen to its name. */

import { costOfOneMessage } from '../cost.mjs';
import { onlyVariant } from '../scenario.mjs';

const hooks = 1000;

/** @type {import('../scenario.mjs').Scenario} */
export const oneName = {
  id: 'one-name',
  title: '1,000 hooks on one name',
  about:
    '1,000 components, each with a handler for the same name: every message is for all of them. ' +
    'CPU of the scripts in the page.',
  variants: onlyVariant,
  rounds: 'all',
  secondsPerTab: 3,
  timeLimitMs: 60_000,
  async measure(stage) {
    const [name = ''] = stage.names(1);
    await stage.mount({ handlers: Array.from({ length: hooks }, () => name) });
    return costOfOneMessage(stage, [name]);
  },
  progress: { figure: 'scriptUs', unit: 'µs', digits: 1 },
  columns: [
    { title: 'cost', value: (of) => of.ratio('only', 'messageUs'), as: 'ratio' },
    {
      title: 'ns per handler',
      value: (of) => (1000 * of.median('only', 'messageUs')) / hooks,
      as: { digits: 1 },
    },
  ],
  panels: [],
  targets: [],
};
