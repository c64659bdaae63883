/** Measures what one message costs a contender, in parts of a burst, after a warm-up. */

import { median, quantile } from './statistics.mjs';

/** Messages in one part. A contender that is slow per message gets fewer. */
const messages = 4_000;
const fewestMessages = 100;
/** The approximate CPU time of one part. */
const budgetMs = 300;
const parts = 6;
/** Parts before the measured ones, until everything is compiled. */
const warmUps = 2;

/**
 * All messages are for the first name.
 *
 * The browser's own work to receive them is the same for every contender: its time shows the pace that the machine
 * allowed this tab at this moment. `scriptsPerBeside` is the scripts' time in that unit, and lies within a few percent
 * where the bare times differ by half.
 *
 * @param {import('./measure.mjs').Stage} stage with everything mounted
 * @param {readonly string[]} names
 */
export async function costOfOneMessage(stage, names) {
  /** @param {number} count */
  const play = (count) => stage.play({ names, messages: count, perSecond: 'burst', order: 'one-name' });

  await play(fewestMessages);
  const second = await play(fewestMessages);
  const affordable = Math.floor((budgetMs * fewestMessages) / second.cpuMs);
  const count = Math.max(fewestMessages, Math.min(messages, affordable));
  await stage.collectGarbage();

  const scriptUs = [];
  const cpuUs = [];
  const scriptsPerBeside = [];
  for (let part = 0; part < warmUps + parts; part += 1) {
    const { scriptMs, cpuMs } = await play(count);
    if (part < warmUps) continue;
    scriptUs.push((1000 * scriptMs) / count);
    cpuUs.push((1000 * cpuMs) / count);
    scriptsPerBeside.push(scriptMs / (cpuMs - scriptMs));
  }
  return {
    // Other programs can only make a part slower.
    scriptUs: quantile(scriptUs, 0.25),
    cpuUs: quantile(cpuUs, 0.25),
    // With few messages, the browser's other work distorts the figure.
    scriptsPerBeside: count === messages ? median(scriptsPerBeside) : null,
    messages: count,
  };
}
