/** Measures the memory of a mounted hook, and of what remains after unmounting. */

import { onlyVariant } from '../scenario.mjs';
import { median, slope } from '../statistics.mjs';

const hooks = 1_000;
const cycles = 10;

/** @type {import('../scenario.mjs').Scenario} */
export const memory = {
  id: 'memory',
  title: 'Memory: 10 × 1,000 mounts',
  about:
    '1,000 components, each with a handler for a name of its own, are mounted below an open connection and ' +
    'unmounted, ten times, with new names each time. Bytes of the JavaScript heap after a garbage collection; the ' +
    'growth of the floor comes from the tools.',
  variants: onlyVariant,
  rounds: 'all',
  secondsPerTab: 4,
  timeLimitMs: 60_000,
  async measure(stage) {
    await stage.mount({});
    await cycle(stage, 'first');

    const perHook = [];
    const leftBehind = [];
    for (let index = 0; index < cycles; index += 1) {
      const { keptBytes, leftBytes } = await cycle(stage, `cycle_${index}`);
      perHook.push(keptBytes / hooks);
      leftBehind.push(leftBytes / hooks);
    }
    return { bytesPerHook: median(perHook), growthBytes: slope(leftBehind) };
  },
  progress: { figure: 'bytesPerHook', unit: 'bytes', digits: 0 },
  columns: [
    {
      title: 'bytes per hook, its component included',
      value: (of) => of.median('only', 'bytesPerHook'),
      as: { digits: 0 },
    },
    { title: 'ratio', value: (of) => of.ratio('only', 'bytesPerHook'), as: 'ratio' },
    {
      title: 'growth, bytes per hook and cycle',
      value: (of) => of.median('only', 'growthBytes'),
      as: { digits: 1 },
    },
  ],
  panels: [],
  targets: [
    {
      title: 'bytes per mounted handler, component included',
      value: (of) => of.median('only', 'bytesPerHook'),
      as: { digits: 0 },
      limit: { kind: 'at-most', value: 1_500 },
    },
    {
      title: "growth over cycles beyond the floor's, bytes per hook and cycle (2 is noise)",
      value: (of) => of.aboveFloor('only', 'growthBytes'),
      as: { digits: 1 },
      limit: { kind: 'at-most', value: 2 },
    },
  ],
};

/**
 * @param {import('../measure.mjs').Stage} stage
 * @param {string} prefix
 */
async function cycle(stage, prefix) {
  await stage.prepare({ handlers: stage.names(hooks, prefix) });
  const preparedBytes = await stage.heapBytes();
  await stage.reveal();
  const mountedBytes = await stage.heapBytes();
  // Twice: React keeps the tree of the render before the last.
  for (const _ of ['last', 'last but one']) {
    await stage.prepare({});
    await stage.reveal();
  }
  return { keptBytes: mountedBytes - preparedBytes, leftBytes: await stage.heapBytes() };
}
