// `npm run test:examples`: each example as its reader has it. Packs the package, installs it into a copy of the
// example, builds, starts, and opens it in Chromium. Ends with one line, `N passed, N failed`. Needs the network.
// `npm run test:examples -- vite-chat` tries that one alone; SCREENSHOTS=<folder> keeps a picture of each.

import { once } from 'node:events';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { ensureChromium, quietFlags } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { pack } from './pack.mjs';
import { root } from './run.mjs';
import {
  check,
  end,
  endAll,
  fail,
  finish,
  finishChecks,
  freePort,
  patience,
  start,
  throwAwayFolder,
  until,
} from './throw-away.mjs';

/** @typedef {import('playwright').Page} Page */

/**
 * @typedef {object} Example
 * @property {string} name its folder
 * @property {string} serverVariable where the page reads the server's address, at build time
 * @property {(port: number) => readonly string[]} serve the program that serves what was built, and its arguments
 * @property {string} rendered what the page's HTML holds before any script has run
 * @property {(page: Page, text: string) => Promise<void>} post posts this text by hand
 * @property {string} posted a selector of posted texts
 * @property {string} [recipe] a server of examples/servers/recipes that serves the page and the sockets of `/live`
 */

/** @type {readonly Example[]} */
const examples = [
  {
    name: 'vite-chat',
    serverVariable: 'VITE_SERVER',
    serve: (port) => ['node_modules/vite/bin/vite.js', 'preview', '--host', '127.0.0.1', '--port', `${port}`],
    rendered: '<div id="root">',
    post: async (page, text) => {
      await page.getByLabel('Message').fill(text);
      await page.getByRole('button', { name: 'Send' }).click();
    },
    posted: '.post .text',
  },
  {
    name: 'next-app',
    serverVariable: 'NEXT_PUBLIC_SERVER',
    serve: (port) => [
      'node_modules/next/dist/bin/next',
      'start',
      '--hostname',
      '127.0.0.1',
      '--port',
      `${port}`,
    ],
    rendered: 'A lost connection is tried again after',
    post: async (page, text) => {
      await page.getByLabel('Announcement').fill(text);
      await page.getByRole('button', { name: 'Announce' }).click();
    },
    posted: '.announced',
    recipe: 'next.mjs',
  },
];

const folder = throwAwayFolder('everwire-examples-');

process.chdir(root);
const wanted = process.argv.slice(2);
try {
  await installDependencies();
  if ((await build()) !== 0) throw new Error('The build failed, as said above.');
  const tarball = await pack(folder);
  const { chromium } = await import('playwright'); // installed by now
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: ['--no-sandbox', ...quietFlags],
  });
  for (const example of examples.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    console.log(`\n=== ${example.name} ===`);
    await check('installs, builds and runs', () => tryExample(example, tarball, browser));
  }
  await browser.close();
} catch (error) {
  fail(error);
}
finishChecks();

/**
 * @param {Example} example
 * @param {string} tarball
 * @param {import('playwright').Browser} browser
 */
async function tryExample({ name, serverVariable, serve, rendered, post, posted, recipe }, tarball, browser) {
  const app = join(folder, name);
  await check('it asks for the packed file', () => {
    const { everwire: asked } = manifestOf(join(root, 'examples', name)).dependencies;
    const wanted = `file:../../everwire-${manifestOf(root).version}.tgz`;
    if (asked !== wanted) throw new Error(`Its package.json asks for ${asked}, and should for ${wanted}.`);
  });
  const isOurs = (/** @type {string} */ path) => !['node_modules', 'dist', '.next'].includes(basename(path));
  cpSync(join(root, 'examples', name), app, { recursive: true, filter: isOurs });
  await finish(app, 'npm', ['install', '--no-audit', '--no-fund', tarball]);
  if (!existsSync(join(app, 'node_modules', 'everwire', 'dist')))
    throw new Error('everwire was not installed.');

  const socketPort = await freePort();
  const link = await countingLink(socketPort);
  const env = { [serverVariable]: `ws://127.0.0.1:${link.port}`, NEXT_TELEMETRY_DISABLED: '1' };
  const context = await browser.newContext();
  try {
    await check('it builds', () => finish(app, 'npm', ['run', 'build'], env));

    let server = await startServer(app, socketPort);
    const pagePort = await freePort();
    start(app, serve(pagePort), env);
    const address = `http://127.0.0.1:${pagePort}/`;
    const html = await until(() => fetch(address).then((response) => response.text()));
    await check('the page is there before any script has run', () => {
      if (!html.includes(rendered)) throw new Error(`no ${rendered} in:\n${html}`);
    });
    if (recipe !== undefined)
      await check(`the recipe ${recipe} serves the page, and the sockets`, () =>
        tryRecipe(app, recipe, rendered),
      );
    await check('building and rendering opened no socket', () => expectSockets(link, 0));

    const page = await context.newPage();
    /** @type {string[]} */
    const complaints = [];
    let isServerUp = true;
    page.on('console', (message) => {
      // While there is no server, the browser itself says so of each attempt, and nobody can keep it from that.
      if (!isServerUp && /^WebSocket connection to .* failed/.test(message.text())) return;
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.setDefaultTimeout(patience);

    await check('the page says that it is connected', async () => {
      await page.goto(address);
      await expectStatus(page, 'connected');
    });
    await check('it opened one socket', () => expectSockets(link, 1));
    await check('a message that was posted is shown', () =>
      expectPost(page, { post, posted }, 'Hello there'),
    );
    await check('another page is shown it too', async () => {
      const other = await context.newPage();
      await other.goto(address);
      await expectStatus(other, 'connected');
      await expectPost(page, { post, posted }, 'Hello, both of you');
      await other.locator(posted, { hasText: 'Hello, both of you' }).waitFor({ timeout: patience });
      await other.close();
    });
    await check('the page says that the server has gone, and when it tries again', async () => {
      isServerUp = false;
      await end(server);
      await expectStatus(page, 'reconnecting');
      await page.getByRole('status').filter({ hasText: /\d s/ }).waitFor();
    });
    await check('it is connected again when the server is back', async () => {
      server = await startServer(app, socketPort);
      await expectStatus(page, 'connected');
      isServerUp = true;
      await expectPost(page, { post, posted }, 'Hello again');
    });
    await check('the console has no complaints', () => {
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    });
    if (process.env['SCREENSHOTS'])
      await page.screenshot({ path: join(process.env['SCREENSHOTS'], `${name}.png`) });
  } finally {
    await context.close();
    await link.close();
    await endAll();
  }
}

/**
 * @param {string} app its folder, built
 * @param {string} recipe
 * @param {string} rendered what its page holds
 */
async function tryRecipe(app, recipe, rendered) {
  for (const file of ['realtime.mjs', recipe])
    cpSync(join(root, 'examples', 'servers', 'recipes', file), join(app, file));
  const port = await freePort();
  const server = start(app, [recipe], {
    PORT: `${port}`,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  });
  const html = await until(() => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text()));
  if (!html.includes(rendered)) throw new Error(`no ${rendered} in:\n${html}`);
  const { checkServer } = await import(pathToFileURL(join(root, 'dist', 'server', 'index.js')).href);
  const { WebSocket } = await import('ws'); // installed by now
  const results = await checkServer({
    url: `ws://127.0.0.1:${port}/live`,
    token: 'secret',
    otherToken: 'secret-too',
    trigger: { event: 'say', data: { text: 'Hello' } },
    WebSocket,
  });
  const wrong = results.filter((/** @type {{ outcome: string }} */ { outcome }) => outcome === 'failed');
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong, null, 2));
  await end(server);
}

/** @param {string} place */
function manifestOf(place) {
  return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
}

/**
 * @param {Page} page
 * @param {string} status
 */
async function expectStatus(page, status) {
  await page.locator(`[role=status][data-status=${status}]`).waitFor();
}

/**
 * @param {Page} page
 * @param {Pick<Example, 'post' | 'posted'>} example
 * @param {string} text
 */
async function expectPost(page, { post, posted }, text) {
  await post(page, text);
  await page.locator(posted, { hasText: text }).waitFor();
}

/**
 * @param {{ opened: number }} link
 * @param {number} count
 */
function expectSockets({ opened }, count) {
  if (opened !== count) throw new Error(`${opened} sockets were opened, and ${count} should have been.`);
}

/**
 * Stands between the page and its server, and counts: nobody reaches the server unseen.
 *
 * @param {number} port the server's
 * @returns {Promise<{ port: number, opened: number, close: () => Promise<void> }>}
 */
async function countingLink(port) {
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set();
  const link = { port: 0, opened: 0, close };
  const door = createServer((client) => {
    link.opened += 1;
    const server = connect(port, '127.0.0.1');
    for (const [from, to] of [
      [client, server],
      [server, client],
    ]) {
      if (!from || !to) continue;
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  await new Promise((resolve) => door.listen(0, '127.0.0.1', () => resolve(null)));
  const address = door.address();
  if (typeof address === 'object' && address) link.port = address.port;
  return link;

  async function close() {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => door.close(resolve));
  }
}

/**
 * The example's own server.
 *
 * @param {string} app
 * @param {number} port
 */
async function startServer(app, port) {
  const child = start(app, ['server.mjs'], { PORT: `${port}` });
  await until(async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect').finally(() => socket.destroy());
  });
  return child;
}
