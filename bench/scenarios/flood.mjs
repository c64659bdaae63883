/** Measures whether the page stays responsive in a flood. */

import { onlyVariant } from '../scenario.mjs';
import { median, quantile } from '../statistics.mjs';

const components = 200;
const messages = 50_000;
const pressEveryMs = 50;
/** A contender that needs this long for the warm-up gets a part of the messages: it must stay responsive for longer. */
const slowWarmUpMs = 1_500;
const partForSlow = 0.2;

/** @type {import('../scenario.mjs').Scenario} */
export const flood = {
  id: 'flood',
  title: 'Flood: 50,000 messages as fast as the server writes',
  about:
    '200 components, each showing the newest event of a name of its own, one handler that counts, one component that ' +
    'shows the status. A mouse button is pressed every 50 ms, and waits for its handler. A contender that is too slow for 50,000 gets ' +
    `${(messages * partForSlow).toLocaleString('en-US')}.`,
  variants: onlyVariant,
  rounds: 'all',
  secondsPerTab: 6,
  timeLimitMs: 120_000,
  async measure(stage) {
    const names = stage.names(components);
    /** @param {number} count */
    const plan = (count) => ({
      names,
      messages: count,
      perSecond: /** @type {const} */ ('burst'),
      order: /** @type {const} */ ('round-robin'),
    });
    await stage.mount({ handlers: names.slice(0, 1), latest: names, statuses: 1 });
    await stage.play(plan(2_000));
    await stage.collectGarbage();
    const { wallMs: warmUpMs } = await stage.play(plan(4_000));
    const count = warmUpMs > slowWarmUpMs ? messages * partForSlow : messages;

    const presses = createPresses(stage);
    presses.start();
    const { wallMs, cpuMs, probe } = await stage.playAndProbe(plan(count), 'everything');
    await presses.stop();
    return {
      longestTaskMs: probe.longestTaskMs,
      longTasks: probe.longTasks,
      framesPerSecond: probe.frames / probe.seconds,
      longestFrameMs: probe.longestFrameMs,
      latestTimerMs: probe.latestTimerMs,
      inputDelayMs: median(probe.inputDelaysMs),
      slowInputDelayMs: quantile(probe.inputDelaysMs, 0.95),
      inputs: probe.inputDelaysMs.length,
      perSecond: (1000 * count) / wallMs,
      cpuUs: (1000 * cpuMs) / count,
      messages: count,
    };
  },
  progress: { figure: 'framesPerSecond', unit: 'frames/s', digits: 1 },
  columns: [
    { title: 'longest task, ms', value: longestTaskMs, as: { digits: 0, zero: '< 50' } },
    { title: 'frames/s', value: (of) => of.median('only', 'framesPerSecond'), as: { digits: 1 } },
    { title: 'longest frame, ms', value: (of) => of.median('only', 'longestFrameMs'), as: { digits: 0 } },
    { title: 'input delay, ms', value: (of) => of.median('only', 'inputDelayMs'), as: { digits: 1 } },
    { title: '95 %', value: (of) => of.median('only', 'slowInputDelayMs'), as: { digits: 1 } },
    { title: 'messages/s', value: (of) => of.median('only', 'perSecond'), as: { digits: 0 } },
    { title: 'CPU', value: (of) => of.ratio('only', 'cpuUs'), as: 'ratio' },
  ],
  panels: [],
  targets: [
    {
      title: 'flood of 50,000: longest task, ms',
      value: longestTaskMs,
      as: { digits: 0, zero: '< 50' },
      limit: { kind: 'below', value: 50 },
    },
    {
      title: 'flood of 50,000: frames per second',
      value: (of) => of.median('only', 'framesPerSecond'),
      as: { digits: 1 },
      limit: { kind: 'at-least', value: 50 },
    },
  ],
};

/** @param {import('../scenario.mjs').Figures} of */
function longestTaskMs(of) {
  return of.median('only', 'longestTaskMs');
}

/**
 * Presses a button again and again, as a user.
 *
 * @param {import('../measure.mjs').Stage} stage
 */
function createPresses(stage) {
  let isOver = false;
  let pressed = Promise.resolve();
  const again = async () => {
    while (!isOver) {
      await stage.press();
      await new Promise((resolve) => setTimeout(resolve, pressEveryMs));
    }
  };
  return {
    start: () => {
      // The tab may be closed already: the failure is reported elsewhere.
      pressed = again().catch(() => undefined);
    },
    stop: () => {
      isOver = true;
      return pressed;
    },
  };
}
