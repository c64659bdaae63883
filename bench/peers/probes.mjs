/** The probes: each does something to a peer to answer a question, and describes the outcome. */

import { sleep } from './stage.mjs';

/**
 * @typedef {import('./stage.mjs').Scene} Scene
 * @typedef {import('./line-up.mjs').Peer} Peer
 * @typedef {object} Probe
 * @property {(scene: Scene, peer: Peer) => Promise<string>} run
 * @property {(scene: Scene, first: string) => Promise<string>} [runAgain] on a second page, with the answer of the first
 * @property {'polling'} [transport] of Socket.IO's server
 * @property {'short'} [pings]
 */

const NAMES = ['n0', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7', 'n8', 'n9'];

/** @type {Readonly<Record<string, Probe>>} */
export const probes = {
  'burst-handlers': {
    async run(scene) {
      const { handled } = await burst(scene);
      return handled === 'in order' ? 'yes' : handled;
    },
  },

  'burst-renders': {
    async run(scene) {
      const { renders } = await burst(scene);
      return renders > 900 ? 'one for each message' : renders > 250 ? 'one for several messages' : 'a few';
    },
  },

  'burst-effect': {
    async run(scene) {
      const { inEffect } = await burst(scene);
      return inEffect === 1000 ? 'yes' : 'no, only some';
    },
  },

  'strict-mode': {
    async run(scene) {
      await scene.start({ mode: 'strict' });
      await sleep(500);
      const made = await scene.inPage(({ seen }) => seen.sockets.length);
      return made > 1 && scene.door.liveCount() === 1 ? `${made}, of which one stays` : String(made);
    },
  },

  'late-mount': {
    async run(scene) {
      await scene.start({ names: ['e'] });
      scene.server.emit('later', 1);
      await sleep(300);
      return (await scene.inPage(({ addLate }) => addLate('later'))) === 1 ? 'yes' : 'no';
    },
  },

  'half-open': {
    pings: 'short',
    async run(scene) {
      await scene.start();
      // Everwire expects answers to pings only after the first one, a second after opening.
      await sleep(3000);
      const before = scene.door.attemptsAt.length;
      const frozenAt = Date.now();
      scene.door.freeze();
      if (!(await scene.until(() => scene.door.attemptsAt.length > before, 100_000)))
        return 'no, not in 100 s';
      const seconds = ((scene.door.attemptsAt[before] ?? 0) - frozenAt) / 1000;
      return seconds < 20 ? 'yes' : 'a minute late, when the browser gives up the dead socket';
    },
  },

  'away-short': {
    async run(scene) {
      await scene.start();
      await loseLink(scene);
      for (let n = 1; n <= 5; n += 1) scene.server.emit('e', n);
      await comeBack(scene);
      return verdictOnEvents(scene, 5);
    },
  },

  'away-long': {
    async run(scene) {
      await scene.start();
      await loseLink(scene);
      for (let n = 1; n <= 5; n += 1) scene.server.emit('e', n);
      scene.server.forget();
      await comeBack(scene);
      return verdictOnEvents(scene, 5);
    },
  },

  gap: {
    async run(scene, { speaks }) {
      if (speaks === 'socket.io') return 'no numbers';
      await scene.start();
      scene.server.emit('e', 1);
      scene.server.loseOne();
      scene.server.emit('e', 3);
      await scene.until(async () => (await scene.inPage(({ seen }) => seen.handled.e?.length)) === 3, 6000);
      const handled = await scene.inPage(({ seen }) => seen.handled.e);
      const reports = await scene.inPage(({ seen }) => seen.reports.length);
      if (JSON.stringify(handled) === '[1,"lost",3]') return 'asked for, and delivered in its place';
      return reports > 0 ? 'told' : 'not noticed';
    },
  },

  duplicate: {
    async run(scene, { speaks }) {
      if (speaks === 'socket.io') return 'no numbers';
      await scene.start();
      scene.server.emit('e', 1);
      scene.server.repeatOne();
      await sleep(1500);
      const handled = await scene.inPage(({ seen }) => seen.handled.e?.length);
      const sockets = await scene.inPage(({ seen }) => seen.sockets.length);
      if (handled === 2) return 'handled twice';
      return sockets > 1 ? 'dropped, with the link' : 'dropped';
    },
  },

  'send-while-down': {
    async run(scene) {
      await scene.start();
      await loseLink(scene);
      const said = await scene.send('say', 'Hello', 10_000);
      await comeBack(scene);
      const count = () => scene.server.received.filter(({ event }) => event === 'say').length;
      await scene.until(() => count() === 10_000);
      const arrived = count();
      if (arrived === 10_000) return 'kept and sent, all of them';
      if (arrived > 0) return `${arrived} of 10,000 kept and sent`;
      return said === 'refused' ? 'refused, and `send` says so' : 'dropped in silence';
    },
  },

  'request-when-lost': {
    async run(scene) {
      await scene.start();
      scene.server.setManner({ isMute: true });
      if (!(await scene.request('first', {}))) return 'has no requests';
      await sleep(200);
      await loseLink(scene);
      scene.server.setManner({});
      await comeBack(scene);
      for (let n = 0; n < 5; n += 1) await scene.request('later', {});
      await sleep(1000);
      const [first = ''] = await scene.inPage(({ seen }) => seen.requests);
      if (first.includes('later')) return "answered with another one's reply";
      if (first === 'waits') return 'still waits';
      return first.startsWith('got') ? 'answered' : 'rejected at once';
    },
  },

  'request-timeout': {
    async run(scene) {
      await scene.start();
      scene.server.setManner({ isMute: true });
      if (!(await scene.request('first', {}))) return 'has no requests';
      const isSettled = await scene.until(
        async () => (await scene.inPage(({ seen }) => seen.requests[0])) !== 'waits',
        12_000,
      );
      return isSettled ? 'rejected after its time' : 'still waits';
    },
  },

  'token-refused': {
    async run(scene) {
      scene.server.setManner({ accepts: (token) => token !== 'stale' });
      await scene.mount({ tokens: ['stale', 'fresh'], waits: 'slow' });
      const isFresh = await scene.until(() => scene.server.tokens.includes('fresh'), 6000);
      if (isFresh) {
        const [, waitMs = 0] = await scene.inPage(({ seen }) => seen.waitsMs);
        return waitMs < 500 ? 'asked for another, at once' : 'asked for another, after the wait';
      }
      const { tokens } = scene.server;
      if (tokens.length > 1) return 'sent again, without end';
      return (await scene.inPage(({ seen }) => seen.problems.length)) > 0
        ? 'stops, and says so; the page connects again'
        : 'stops';
    },
  },

  'token-refused-always': {
    async run(scene) {
      scene.server.setManner({ accepts: () => false });
      await scene.mount({ tokens: ['stale', 'stale'] });
      if ((await untilQuiet(scene, 12)) === 'busy') return 'goes on';
      return `stops after ${plural(scene.server.tokens.length, 'attempt')}`;
    },
  },

  'throwing-handler': {
    async run(scene) {
      await scene.start({ isFirstHandlerThrowing: true, names: ['e'] });
      scene.server.emit('e', 1);
      scene.server.emit('e', 2);
      await sleep(1500);
      const handled = await scene.inPage(({ seen }) => seen.handled.e);
      return JSON.stringify(handled) === '[1,2]' ? 'yes' : 'no';
    },
  },

  'bad-frame': {
    async run(scene) {
      await scene.start();
      scene.server.sendRaw('this is no JSON');
      await sleep(500);
      scene.server.emit('e', 1);
      await sleep(1500);
      const { uncaught, problems, sockets } = await scene.inPage(({ seen }) => ({
        uncaught: seen.uncaught.length,
        problems: seen.problems.length,
        sockets: seen.sockets.length,
      }));
      if (uncaught > 0) return 'throws at the page';
      if (sockets > 1) return 'costs the link, which is replaced';
      return problems > 0 ? 'reported, and harmless' : "the page's own affair: it gets the text";
    },
  },

  jitter: {
    async run(scene) {
      return String(await firstWaitMs(scene, 0));
    },
    async runAgain(scene, first) {
      return (await firstWaitMs(scene, 0.99)) === Number(first) ? 'no' : 'yes';
    },
  },

  flapping: {
    async run(scene) {
      scene.server.setManner({ isFlapping: true });
      await scene.mount();
      const end = (await untilQuiet(scene, 12)) === 'quiet' ? ', then gives up' : '';
      const waitsMs = (await scene.inPage(({ seen }) => seen.waitsMs)).slice(1);
      const grows = (waitsMs.at(-1) ?? 0) > 2 * (waitsMs[0] ?? 0);
      return `${grows ? 'waits longer each time' : 'waits no longer'}${end}`;
    },
  },

  'gives-up': {
    async run(scene) {
      await scene.start({ waits: 'fast' });
      const before = scene.door.attemptsAt.length;
      scene.door.refuse('everyone');
      scene.door.cut();
      if ((await untilQuiet(scene, 28)) === 'busy') return 'no';
      return `after ${scene.door.attemptsAt.length - before} attempts`;
    },
  },

  'wake-online': {
    run: (scene) => wake(scene, () => void window.dispatchEvent(new Event('online'))),
  },

  'wake-visible': {
    run: (scene) => wake(scene, () => void document.dispatchEvent(new Event('visibilitychange'))),
  },

  'unmount-connected': {
    async run(scene) {
      await scene.start();
      await scene.inPage(({ unmount }) => unmount());
      return leftovers(scene);
    },
  },

  'unmount-waiting': {
    async run(scene) {
      await scene.start({ waits: 'slow' });
      await loseLink(scene);
      await scene.inPage(({ unmount }) => unmount());
      const before = scene.door.attemptsAt.length;
      await sleep(3000);
      return scene.door.attemptsAt.length > before ? 'goes on connecting' : leftovers(scene);
    },
  },

  'unmount-connecting': {
    async run(scene) {
      scene.door.stall();
      await scene.mount();
      await scene.until(() => scene.door.attemptsAt.length > 0);
      await scene.inPage(({ unmount }) => unmount());
      return leftovers(scene);
    },
  },

  binary: {
    async run(scene) {
      await scene.start({ names: ['bytes'] });
      scene.server.sendRaw(Buffer.from([1, 2, 3]));
      await sleep(800);
      return (await scene.inPage(({ seen }) => seen.handled.bytes?.length)) === 1
        ? 'yes'
        : 'not in its default frames';
    },
  },

  polling: {
    transport: 'polling',
    async run(scene, { speaks }) {
      if (speaks !== 'socket.io') return 'no';
      await scene.start();
      return (await scene.inPage(({ seen }) => seen.sockets.length)) === 0 ? 'yes' : 'no';
    },
  },
};

/**
 * 1,000 messages in one burst, of ten names that a component shows and another handles.
 *
 * @param {Scene} scene
 */
async function burst(scene) {
  await scene.start({ names: NAMES });
  const before = await scene.inPage(({ seen }) => seen.renders);
  for (let n = 0; n < 1000; n += 1) scene.server.emit(`n${n % 10}`, n);
  await scene.until(async () => (await scene.inPage(({ seen }) => seen.handled.n9?.length)) === 100, 30_000);
  await sleep(1000);
  const { handled, inEffect, renders } = await scene.inPage(({ seen }) => ({
    handled: seen.handled,
    inEffect: seen.inEffect,
    renders: seen.renders,
  }));
  const expected = NAMES.map((name, digit) => [name, Array.from({ length: 100 }, (_, n) => n * 10 + digit)]);
  const got = NAMES.map((name) => [name, handled[name]]);
  const total = got.reduce((sum, [, list]) => sum + (list?.length ?? 0), 0);
  return {
    handled: JSON.stringify(got) === JSON.stringify(expected) ? 'in order' : `${total} of 1,000`,
    inEffect: NAMES.reduce((sum, name) => sum + (inEffect[name]?.length ?? 0), 0),
    renders: renders - before,
  };
}

/**
 * The wait after a first loss, with a fixed Math.random.
 *
 * @param {Scene} scene
 * @param {number} random
 */
async function firstWaitMs(scene, random) {
  await scene.start({ random, waits: 'slow' });
  // For Everwire, a page that has just been shown has just woken up.
  await sleep(6000);
  scene.door.cut();
  await scene.until(async () => (await scene.inPage(({ seen }) => seen.sockets.length)) > 1, 10_000);
  return scene.inPage(({ seen }) => Math.round(seen.waitsMs[1] ?? 0));
}

/**
 * Waits until the peer has made this many sockets (`busy`), or none for some seconds (`quiet`). Counts the page's sockets,
 * because Chromium delays connections for some seconds after many have failed.
 *
 * @param {Scene} scene
 * @param {number} count
 * @returns {Promise<'busy' | 'quiet'>}
 */
async function untilQuiet(scene, count) {
  let known = 0;
  let quietSince = Date.now();
  while (Date.now() - quietSince < 14_000) {
    const made = await scene.inPage(({ seen }) => seen.sockets.length);
    if (made >= count) return 'busy';
    if (made > known) quietSince = Date.now();
    known = made;
    await sleep(100);
  }
  return 'quiet';
}

/**
 * @param {Scene} scene
 * @param {() => void} signal
 */
async function wake(scene, signal) {
  // No randomness here: a long wait that would be random is really waited.
  await scene.start({ waits: 'long', random: 0.99 });
  // For Everwire, a page that has just been shown has just woken up.
  await sleep(6000);
  await loseLink(scene);
  await sleep(1000);
  scene.door.refuse('nobody');
  const before = await scene.inPage(({ seen }) => seen.sockets.length);
  await scene.inPage(signal);
  await scene.until(async () => (await scene.inPage(({ seen }) => seen.sockets.length)) > before, 8000);
  const waitMs = (await scene.inPage(({ seen }) => seen.waitsMs))[before];
  if (waitMs === undefined) return 'waits on';
  return waitMs <= 2000 ? 'tries within 2 s' : 'tries after 3 s';
}

/** @param {Scene} scene */
async function loseLink({ door, until }) {
  door.refuse('everyone');
  door.cut();
  await until(() => door.liveCount() === 0);
  await sleep(150);
}

/** @param {Scene} scene */
async function comeBack(scene) {
  scene.door.refuse('nobody');
  await scene.untilConnected();
}

/**
 * @param {Scene} scene
 * @param {number} count
 */
async function verdictOnEvents(scene, count) {
  const handled = await scene.inPage(({ seen }) => seen.handled.e);
  const reports = await scene.inPage(({ seen }) => seen.reports);
  const isWhole = JSON.stringify(handled) === JSON.stringify(Array.from({ length: count }, (_, n) => n + 1));
  if (isWhole) return 'delivered afterwards';
  return reports.length > 0 ? 'lost, and told' : 'lost; a new `open` is all that tells';
}

/** @param {Scene} scene */
async function leftovers(scene) {
  await sleep(1500);
  const { timers, listeners, openSockets } = await scene.inPage((probe) => probe.leftovers());
  const links = scene.door.liveCount();
  const left = [
    ...(openSockets + links > 0 ? ['a socket'] : []),
    ...(timers > 0 ? [plural(timers, 'timer')] : []),
    ...(listeners > 0 ? [plural(listeners, 'listener')] : []),
  ];
  return left.length === 0 ? 'nothing' : left.join(', ');
}

/**
 * @param {number} count
 * @param {string} thing
 */
function plural(count, thing) {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
