/** Measures the time from the mount to the first event. */

import { onlyVariant } from '../scenario.mjs';
import { median } from '../statistics.mjs';

const warmUps = 5;
const mounts = 25;
const timeLimitMs = 5_000;

/** @type {import('../scenario.mjs').Scenario} */
export const mount = {
  id: 'mount',
  title: 'Mount to first event',
  about:
    'The provider, one handler, one component that shows a name and one that shows the status are mounted, again and ' +
    'again; the server sends an event to each client that connects. Milliseconds until the handler is called.',
  variants: onlyVariant,
  rounds: 'all',
  secondsPerTab: 2,
  timeLimitMs: 60_000,
  async measure(stage) {
    const [name = ''] = stage.names(1);
    const parts = { handlers: [name], latest: [name], statuses: 1 };
    await stage.greetWith(name);
    try {
      const first = await stage.mountToFirstCall(parts, timeLimitMs);
      await stage.unmount();
      const times = [];
      for (let index = 0; index < warmUps + mounts; index += 1) {
        const ms = await stage.mountToFirstCall(parts, timeLimitMs);
        await stage.unmount();
        if (ms === null) stage.faults.lost += 1;
        else if (index >= warmUps) times.push(ms);
      }
      return { ms: median(times), firstMs: first };
    } finally {
      await stage.greetWith(null);
    }
  },
  progress: { figure: 'ms', unit: 'ms', digits: 2 },
  columns: [
    { title: 'ratio', value: (of) => of.ratio('only', 'ms'), as: 'ratio' },
    { title: 'ms', value: (of) => of.median('only', 'ms'), as: { digits: 2 } },
    { title: 'the very first, ms', value: (of) => of.median('only', 'firstMs'), as: { digits: 1 } },
  ],
  panels: [],
  targets: [
    {
      title: 'mount to first event',
      value: (of) => of.ratio('only', 'ms'),
      as: 'ratio',
      limit: { kind: 'at-most', value: 1.1 },
    },
  ],
};
