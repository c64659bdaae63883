/** Counts renders of components for events that do not concern them. */

import { onlyVariant } from '../scenario.mjs';

const each = 100;
const messages = 1_000;

/** @type {import('../scenario.mjs').Scenario} */
export const isolation = {
  id: 'isolation',
  title: 'Isolation: 1,000 messages to others',
  about:
    `${each} components that show a name, ${each} with a handler for one, and ${each} that show the status; ` +
    `${messages.toLocaleString('en-US')} messages for 10 other components. The figures are renders without an event for the component.`,
  variants: onlyVariant,
  rounds: 'one',
  secondsPerTab: 2.5,
  timeLimitMs: 30_000,
  async measure(stage) {
    const quiet = stage.names(each, 'quiet');
    const busy = stage.names(10, 'busy');
    await stage.mount({ handlers: quiet, latest: [...quiet, ...busy], statuses: each });
    await stage.play({
      names: [...quiet, ...busy],
      messages: quiet.length + busy.length,
      perSecond: 'burst',
      order: 'round-robin',
    });

    const { reading } = await stage.play({ names: busy, messages, perSecond: 1_000, order: 'round-robin' });
    return {
      others: await stage.rendersOf(quiet),
      handlers: reading.handlers.renders,
      statuses: reading.statuses.renders,
    };
  },
  progress: { figure: 'others', unit: 'renders', digits: 0 },
  columns: [
    { title: 'show another name', value: (of) => of.highest('only', 'others'), as: { digits: 0 } },
    { title: 'handle another name', value: (of) => of.highest('only', 'handlers'), as: { digits: 0 } },
    { title: 'show the status', value: (of) => of.highest('only', 'statuses'), as: { digits: 0 } },
  ],
  panels: [],
  targets: [
    {
      title: "renders of a component for another name's events",
      value: (of) => of.highest('only', 'others') + of.highest('only', 'handlers'),
      as: { digits: 0 },
      limit: { kind: 'at-most', value: 0 },
    },
    {
      title: 'renders of status consumers for events',
      value: (of) => of.highest('only', 'statuses'),
      as: { digits: 0 },
      limit: { kind: 'at-most', value: 0 },
    },
  ],
};
