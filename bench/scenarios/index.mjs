/** All scenarios, in the order of the report. */

import { channelCost } from './channel-cost.mjs';
import { drop } from './drop.mjs';
import { flood } from './flood.mjs';
import { isolation } from './isolation.mjs';
import { memory } from './memory.mjs';
import { messageCost } from './message-cost.mjs';
import { mount } from './mount.mjs';
import { oneName } from './one-name.mjs';
import { burst, hot, rate200, rate1000 } from './showing.mjs';

/** @type {readonly import('../scenario.mjs').Scenario[]} */
export const scenarios = [
  messageCost,
  oneName,
  burst,
  rate200,
  rate1000,
  hot,
  flood,
  isolation,
  drop,
  memory,
  mount,
];

/**
 * Only with `--scenario`: most contenders have nothing like it.
 *
 * @type {readonly import('../scenario.mjs').Scenario[]}
 */
export const moreScenarios = [channelCost];
