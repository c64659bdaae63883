// How does a number of events reach the clients at the wanted pace?

import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/**
 * What to send: so many events over these names, either to each name in turn or all of them to the first.
 *
 * @typedef {object} Plan
 * @property {readonly string[]} names
 * @property {number} messages
 * @property {number | 'burst'} perSecond a burst is as fast as the clients' sockets take it
 * @property {'round-robin' | 'one-name'} order
 * @property {number} [textLength] characters of `text`; default 64
 */

/** The `text` of an event that asks for no other. */
export const usualText = 'x'.repeat(64);

/** At a rate, what is due is written once in this time. */
const BATCH_EVERY_MS = 4;
/** In a burst, so many are written in one go. */
const BURST_BATCH = 256;
/** In a burst, no more is written while so much waits. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * Sends it all, and waits until the system has it.
 *
 * @param {Plan} plan
 * @param {{ write: (names: readonly string[], text: string) => void, waitingBytes: () => number }} out
 */
export async function carryOut(plan, out) {
  const text = plan.textLength === undefined ? usualText : 'x'.repeat(plan.textLength);
  let sent = 0;
  /** @param {number} until */
  const writeUntil = (until) => {
    const names = [];
    for (; sent < until; sent += 1) names.push(nameOf(plan, sent));
    if (names.length > 0) out.write(names, text);
  };

  if (plan.perSecond === 'burst') {
    while (sent < plan.messages) {
      writeUntil(Math.min(plan.messages, sent + BURST_BATCH));
      await nextTurn();
      while (out.waitingBytes() > HIGH_WATER_BYTES) await delay(1);
    }
  } else {
    const startedMs = performance.now();
    // What is due is reckoned from the start, so that a late turn is made up for.
    while (sent < plan.messages) {
      const dueCount = Math.ceil(((performance.now() - startedMs) * plan.perSecond) / 1000);
      writeUntil(Math.min(plan.messages, Math.max(1, dueCount)));
      if (sent < plan.messages) await delay(BATCH_EVERY_MS);
    }
  }
  while (out.waitingBytes() > 0) await delay(1);
}

/**
 * @param {Plan} plan
 * @param {number} index
 */
function nameOf({ names, order }, index) {
  switch (order) {
    case 'round-robin':
      return names[index % names.length] ?? '';
    case 'one-name':
      return names[0] ?? '';
    default:
      return /** @satisfies {never} */ (order);
  }
}
