/** Sends a number of events to the clients at the planned pace. */

import { performance } from 'node:perf_hooks';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/**
 * What to send: a number of events over these names, either to each name in turn or all to the first.
 *
 * @typedef {object} Plan
 * @property {readonly string[]} names
 * @property {number} messages
 * @property {number | 'burst'} perSecond a burst is as fast as the clients' sockets accept it
 * @property {'round-robin' | 'one-name'} order
 * @property {number} [textLength] characters of `text`; default 64
 */

/** The default `text` of an event. */
export const usualText = 'x'.repeat(64);

/** At a rate, due events are written once in this time. */
const BATCH_EVERY_MS = 4;
/** In a burst, this many are written in one go. */
const BURST_BATCH = 256;
/** In a burst, nothing more is written while this much waits. */
const HIGH_WATER_BYTES = 256 * 1024;

/**
 * Sends everything, and waits until the system has it.
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
    // Computed from the start, so that a late turn is made up for.
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
