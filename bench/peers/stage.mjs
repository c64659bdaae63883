/** Probes a peer in a page of a Chromium, with a server of its own kind behind a TCP proxy. */

import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { ensureChromium, quietFlags } from '../../scripts/chromium.mjs';
import { root } from '../../scripts/run.mjs';
import { openDoor } from './door.mjs';
import { openSessionServer } from './session-server.mjs';
import { openSocketIoServer } from './socket-io-server.mjs';

/**
 * @typedef {import('./page.tsx').SceneOptions} SceneOptions
 * @typedef {import('./line-up.mjs').Peer} Peer
 *
 * One peer, its page and its server, for one probe.
 * @typedef {object} Scene
 * @property {import('./session-server.mjs').PeerServer} server
 * @property {import('./door.mjs').Door} door
 * @property {(options?: Omit<SceneOptions, 'url'>) => Promise<void>} start mounts the app, and waits for the connection
 * @property {(options?: Omit<SceneOptions, 'url'>) => Promise<void>} mount mounts the app, and waits for nothing
 * @property {<Result>(work: (probe: import('./page.tsx').Probe) => Result) => Promise<Result>} inPage
 * @property {(name: string, data: unknown, times?: number) => Promise<string>} send
 * @property {(name: string, data: unknown) => Promise<boolean>} request
 * @property {(condition: () => unknown, ms?: number) => Promise<boolean>} until whether it became true in this time
 * @property {() => Promise<void>} untilConnected an event arrives
 */

/** @param {readonly Peer[]} peers */
export async function openStage(peers) {
  /** @type {Map<string, Uint8Array>} */
  const scripts = new Map();
  for (const peer of peers) scripts.set(`/${peer.id}.js`, await bundle(peer.id));
  const site = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' });
    response.end(
      script ?? `<!doctype html><meta charset="utf-8"><body><script src="${request.url}.js"></script>`,
    );
  });
  await new Promise((resolve) => site.listen(0, '127.0.0.1', () => resolve(null)));
  const address = site.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: [...quietFlags, '--no-sandbox'],
  });

  return {
    browser: `Chromium ${browser.version()}`,
    /**
     * Runs one probe of one peer, on a new page and a new server.
     *
     * @param {Peer} peer
     * @param {(scene: Scene) => Promise<string> | string} probe
     * @param {{ transport?: 'websocket' | 'polling', pings?: 'usual' | 'short' }} [options] of Socket.IO's server
     */
    async run(peer, probe, { transport = 'websocket', pings = 'usual' } = {}) {
      const server =
        peer.speaks === 'socket.io' ? await openSocketIoServer(transport, pings) : await openSessionServer();
      const door = await openDoor(server.port);
      const context = await browser.newContext();
      try {
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}/${peer.id}`);
        const url =
          peer.speaks === 'socket.io'
            ? `http://127.0.0.1:${door.port}/#${transport}`
            : `ws://127.0.0.1:${door.port}/`;
        return await probe(createScene(page, server, door, { url, pings }));
      } finally {
        await context.close();
        await door.close();
        await server.close();
      }
    },
    async close() {
      await browser.close();
      await new Promise((resolve) => site.close(() => resolve(null)));
    },
  };
}

/**
 * @param {import('playwright').Page} page
 * @param {import('./session-server.mjs').PeerServer} server
 * @param {import('./door.mjs').Door} door
 * @param {Pick<SceneOptions, 'url' | 'pings'>} common
 * @returns {Scene}
 */
function createScene(page, server, door, common) {
  let knocks = 0;

  /** @type {Scene['until']} */
  const until = async (condition, ms = 5000) => {
    const end = Date.now() + ms;
    while (Date.now() < end) {
      if (await condition()) return true;
      await sleep(20);
    }
    return false;
  };

  /** @type {Scene['inPage']} */
  const inPage = (work) => page.evaluate(`(${work})(globalThis.probe)`);

  const scene = /** @type {Scene} */ ({
    server,
    door,
    until,
    inPage,
    mount: (options = {}) =>
      page.evaluate(
        (given) => /** @type {any} */ (globalThis).probe.start(given),
        /** @type {any} */ ({ ...common, ...options, names: [...(options.names ?? ['e']), 'knock'] }),
      ),
    async start(options) {
      await scene.mount(options);
      await scene.untilConnected();
    },
    async untilConnected() {
      knocks += 1;
      const mine = `knock ${knocks}`;
      const isThere = await until(async () => {
        if (door.liveCount() > 0) server.emit('knock', mine);
        await sleep(30);
        return page.evaluate(
          (knock) => /** @type {any} */ (globalThis).probe.seen.handled.knock?.includes(knock),
          mine,
        );
      }, 30_000);
      if (!isThere) throw new Error('It did not connect within 30 s.');
      await sleep(100);
    },
    send: (name, data, times = 1) =>
      page.evaluate(
        ([first, second, third]) => /** @type {any} */ (globalThis).probe.send(first, second, third),
        /** @type {const} */ ([name, data, times]),
      ),
    request: (name, data) =>
      page.evaluate(
        ([first, second]) => /** @type {any} */ (globalThis).probe.request(first, second),
        /** @type {const} */ ([name, data]),
      ),
  });
  return scene;
}

/** @param {string} id */
async function bundle(id) {
  const { outputFiles } = await build({
    stdin: {
      contents: `import './watch-page.ts'; import { app } from './apps/${id}.tsx'; import { openPage } from './page.tsx'; openPage(app);`,
      resolveDir: join(root, 'bench/peers'),
      loader: 'ts',
    },
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    // StrictMode does nothing in the other build.
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

/** @param {number} ms */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
