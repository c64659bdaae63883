// What does one message cost a contender? Parts of a burst, after it has warmed up.

import { median, quantile } from './statistics.mjs';

/** In one part. A contender that needs long for one message gets fewer. */
const messages = 4_000;
const fewestMessages = 100;
/** What one part may take of a contender's CPU, about. */
const budgetMs = 300;
const parts = 6;
/** Parts before the measured ones, until everything is compiled. */
const warmUps = 2;

/**
 * All messages are for the first name.
 *
 * What the browser does besides, to receive them, is the same for everybody: its time shows the pace that the machine
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
    // Whatever else runs on the machine can only make a part dearer.
    scriptUs: quantile(scriptUs, 0.25),
    cpuUs: quantile(cpuUs, 0.25),
    // With few messages, what happens besides is not theirs alone.
    scriptsPerBeside: count === messages ? median(scriptsPerBeside) : null,
    messages: count,
  };
}
