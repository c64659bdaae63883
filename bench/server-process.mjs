/** The servers themselves, in a process of their own. They do what bench/server.mjs asks for. */

import { createEvents } from './server-events.mjs';
import { openFramesDoor } from './server-frames.mjs';
import { carryOut, usualText } from './server-plan.mjs';
import { openSocketIoDoor } from './server-socket-io.mjs';

/**
 * The requests. Each is answered once, when it is done.
 *
 * @typedef {{ kind: 'send', plan: import('./server-plan.mjs').Plan }
 *   | { kind: 'await-clients', atLeast: number }
 *   | { kind: 'await-nobody' }
 *   | { kind: 'greet-with', name: string | null }
 *   | { kind: 'kill' }
 *   | { kind: 'forget' }} Request
 */

const events = createEvents();
/** @type {string | null} the name of an event that every client receives as soon as it has connected */
let greeting = null;
/** @type {Set<() => void>} */
const onChange = new Set();

const doors = await Promise.all([openFramesDoor(clientChanged), openSocketIoDoor(clientChanged)]);
const [frames, socketIo] = doors;
const count = () => frames.clientCount() + socketIo.clientCount();

process.on('message', (/** @type {{ id: number, request: Request }} */ { id, request }) => {
  answer(request).then(
    (result) => process.send?.({ id, result }),
    (error) => process.send?.({ id, error: String(error) }),
  );
});
/** Without its parent, nothing would ever end this process. */
process.on('disconnect', () => process.exit());
process.send?.({ framesPort: frames.port, socketIoPort: socketIo.port });

/**
 * @param {Request} request
 * @returns {Promise<unknown>}
 */
async function answer(request) {
  switch (request.kind) {
    case 'send':
      await carryOut(request.plan, { write, waitingBytes });
      return { sentAtMs: Date.now() };
    case 'await-clients':
      return until(() => count() >= request.atLeast);
    case 'await-nobody':
      return until(() => count() === 0);
    case 'greet-with':
      greeting = request.name;
      return undefined;
    case 'kill':
      for (const door of doors) door.kill();
      return undefined;
    case 'forget':
      events.forget();
      for (const door of doors) door.forget();
      return undefined;
    default:
      throw new Error(`Nobody can do ${/** @satisfies {never} */ (request)}.`);
  }
}

/** @param {'came' | 'gone'} change */
function clientChanged(change) {
  if (change === 'came' && greeting !== null) write([greeting], usualText);
  for (const check of onChange) check();
}

/**
 * @param {readonly string[]} names
 * @param {string} text
 */
function write(names, text) {
  const batch = names.map((name) => events.make(name, text));
  for (const door of doors) door.write(batch);
}

function waitingBytes() {
  return Math.max(...doors.map((door) => door.waitingBytes()));
}

/**
 * @param {() => boolean} isSo
 * @returns {Promise<void>}
 */
function until(isSo) {
  return new Promise((resolve) => {
    const check = () => {
      if (!isSo()) return;
      onChange.delete(check);
      resolve();
    };
    onChange.add(check);
    check();
  });
}
