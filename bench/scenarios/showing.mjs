/** Measures what it costs to show events, with components that each show the newest event of a name. */

import { onlyVariant } from '../scenario.mjs';
import { median } from '../statistics.mjs';

const atRate = 4_000;
/** A contender above this cost per message cannot keep up with 4,000 a second, and gets only a few. */
const slowUs = 250;
const messagesForSlow = 2_000;

/** @typedef {import('../scenario.mjs').Scenario} Scenario */

/** @type {import('../scenario.mjs').Column} */
const behind = {
  title: 'behind at the end, ms',
  value: (of) => of.median('only', 'lateMs'),
  as: { digits: 0 },
};

/** @type {Scenario} */
export const burst = {
  ...showing({
    id: 'burst',
    title: 'Burst: 20,000 messages to 200 components',
    components: 200,
    messages: 20_000,
    parts: 3,
    perSecond: 'burst',
    secondsPerTab: 5,
    more: [{ title: 'messages/s', value: (of) => of.median('only', 'perSecond'), as: { digits: 0 } }],
  }),
  targets: [
    {
      title: 'burst, 200 components: CPU',
      value: cpuRatio,
      as: 'ratio',
      limit: { kind: 'at-most', value: 0.95 },
    },
  ],
};

/** @type {Scenario} */
export const rate200 = {
  ...showing({
    id: 'rate-200',
    title: '4,000 messages a second to 200 components',
    components: 200,
    messages: 5_000,
    parts: 4,
    perSecond: atRate,
    secondsPerTab: 8,
    more: [behind],
  }),
  targets: [
    {
      title: '4,000/s, 200 components: CPU',
      value: cpuRatio,
      as: 'ratio',
      limit: { kind: 'at-most', value: 0.8 },
    },
  ],
};

/** @type {Scenario} */
export const rate1000 = {
  ...showing({
    id: 'rate-1000',
    title: '4,000 messages a second to 1,000 components',
    components: 1000,
    messages: 4_000,
    parts: 3,
    perSecond: atRate,
    secondsPerTab: 7,
    more: [behind],
  }),
  targets: [
    {
      title: '4,000/s, 1,000 components: CPU',
      value: cpuRatio,
      as: 'ratio',
      limit: { kind: 'at-most', value: 0.7 },
    },
  ],
};

/** @type {Scenario} */
export const hot = {
  ...showing({
    id: 'hot',
    title: '4,000 messages a second to 10 components',
    components: 10,
    messages: 4_000,
    parts: 3,
    perSecond: atRate,
    secondsPerTab: 5,
    more: [
      behind,
      {
        title: 'renders per frame',
        value: (of) => of.median('only', 'rendersPerFrame'),
        as: { digits: 1 },
      },
    ],
  }),
  targets: [
    {
      title: '10 hot names at 4,000/s: CPU',
      value: cpuRatio,
      as: 'ratio',
      limit: { kind: 'at-most', value: 0.75 },
    },
    {
      title: '10 hot names at 4,000/s: renders per frame',
      value: (of) => of.median('only', 'rendersPerFrame'),
      as: { digits: 2 },
      limit: { kind: 'at-most', value: 10 },
    },
  ],
};

/**
 * @param {object} of
 * @param {string} of.id
 * @param {string} of.title
 * @param {number} of.components
 * @param {number} of.messages in one part
 * @param {number} of.parts the median of them counts
 * @param {number | 'burst'} of.perSecond
 * @param {number} of.secondsPerTab
 * @param {readonly import('../scenario.mjs').Column[]} of.more columns
 * @returns {Omit<Scenario, 'targets'>}
 */
function showing({ id, title, components, messages, parts, perSecond, secondsPerTab, more }) {
  return {
    id,
    title,
    about:
      `${components.toLocaleString('en-US')} components, each showing the newest event of a name of its own, and one ` +
      'that shows the status. CPU of the whole main thread, rendering included: the median of ' +
      `${parts} parts of ${messages.toLocaleString('en-US')} messages. A contender that needs more than ${slowUs} µs for ` +
      `a message cannot keep up, and gets ${messagesForSlow.toLocaleString('en-US')}: it would fall further behind than shown.`,
    variants: onlyVariant,
    rounds: 'all',
    secondsPerTab,
    timeLimitMs: 120_000,
    async measure(stage) {
      const names = stage.names(components);
      /** @param {number} count */
      const plan = (count) => ({
        names,
        messages: count,
        perSecond,
        order: /** @type {const} */ ('round-robin'),
      });

      await stage.mount({ latest: names, statuses: 1 });
      await stage.play(plan(2_000));
      await stage.collectGarbage();
      const { cpuMs } = await stage.play(plan(2_000));
      const isSlow = (1000 * cpuMs) / 2_000 > slowUs;
      const counts = isSlow ? [messagesForSlow] : Array.from({ length: parts }, () => messages);

      const plays = [];
      for (const count of counts) {
        const { probe, reading, ...play } = await stage.playAndProbe(plan(count), 'frames');
        plays.push({
          cpuUs: (1000 * play.cpuMs) / count,
          rendersPerMessage: reading.latest.renders / count,
          rendersPerFrame: reading.latest.renders / probe.frames,
          framesPerSecond: probe.frames / probe.seconds,
          lateMs: play.lateMs,
          perSecond: (1000 * count) / play.wallMs,
        });
      }
      return {
        cpuUs: median(plays.map((play) => play.cpuUs)),
        rendersPerMessage: median(plays.map((play) => play.rendersPerMessage)),
        rendersPerFrame: Math.max(...plays.map((play) => play.rendersPerFrame)),
        framesPerSecond: median(plays.map((play) => play.framesPerSecond)),
        lateMs: median(plays.map((play) => play.lateMs)),
        perSecond: median(plays.map((play) => play.perSecond)),
        messages: counts.reduce((total, count) => total + count, 0),
      };
    },
    progress: { figure: 'cpuUs', unit: 'µs', digits: 1 },
    panels: [{ title, variant: 'only', figure: 'cpuUs' }],
    columns: [
      { title: 'CPU', value: cpuRatio, as: 'ratio' },
      { title: 'µs per message', value: (of) => of.median('only', 'cpuUs'), as: { digits: 1 } },
      {
        title: 'renders per message',
        value: (of) => of.median('only', 'rendersPerMessage'),
        as: { digits: 2 },
      },
      { title: 'frames/s', value: (of) => of.median('only', 'framesPerSecond'), as: { digits: 0 } },
      ...more,
    ],
  };
}

/** @param {import('../scenario.mjs').Figures} of */
function cpuRatio(of) {
  return of.ratio('only', 'cpuUs');
}
