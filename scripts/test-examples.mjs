// `npm run test:examples`: each example as its reader has it. Packs the package, installs it into a copy of the
// example, builds, starts, and opens it in Chromium. Ends with one line, `N passed, N failed`. Needs the network.
// `npm run test:examples -- vite-chat` tries that one alone; SCREENSHOTS=<folder> keeps a picture of each.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { build } from './build.mjs';
import { ensureChromium, quietFlags } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { pack } from './pack.mjs';
import { root } from './run.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** Long, because the machine may be busy: nothing is measured here. */
const patience = 60_000;

/**
 * @typedef {object} Example
 * @property {string} name its folder
 * @property {string} serverVariable where the page reads the server's address, at build time
 * @property {(port: number) => readonly string[]} serve the program that serves what was built, and its arguments
 * @property {string} rendered what the page's HTML holds before any script has run
 * @property {(page: Page, text: string) => Promise<void>} post posts this text by hand
 * @property {string} posted a selector of posted texts
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
  },
];

const total = { passed: 0, failed: 0 };
const folder = mkdtempSync(join(tmpdir(), 'everwire-examples-'));
/** @type {Set<ChildProcess>} */
const children = new Set();

process.on('exit', () => {
  for (const child of children) kill(child);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => process.exit(1));
}

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
  console.error(error);
  total.failed += 1;
}
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);

/**
 * @param {Example} example
 * @param {string} tarball
 * @param {import('playwright').Browser} browser
 */
async function tryExample({ name, serverVariable, serve, rendered, post, posted }, tarball, browser) {
  const app = join(folder, name);
  await check('it asks for this version', () => {
    const { everwire: asked } = manifestOf(join(root, 'examples', name)).dependencies;
    // The newest of this minor version: before 1.0, the next one may break.
    const wanted = `^${manifestOf(root).version.replace(/\d+$/, '0')}`;
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
    await Promise.all([...children].map(end));
  }
}

/** @param {string} place */
function manifestOf(place) {
  return JSON.parse(readFileSync(join(place, 'package.json'), 'utf8'));
}

/**
 * @param {string} name
 * @param {() => unknown} work
 */
async function check(name, work) {
  try {
    await work();
    total.passed += 1;
    console.log(`passed: ${name}`);
  } catch (error) {
    total.failed += 1;
    console.error(`FAILED: ${name}\n${error instanceof Error ? error.message : error}`);
  }
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

/** @returns {Promise<number>} a port that nobody listens on */
function freePort() {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/**
 * Tries until it works, or patience ends.
 *
 * @template Result
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
async function until(work) {
  const last = Date.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > last) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/**
 * A program of Node's that goes on, in a group of its own, so that its children end with it.
 *
 * @param {string} cwd
 * @param {readonly string[]} args
 * @param {Record<string, string>} env
 */
function start(cwd, args, env) {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: process.platform !== 'win32',
  });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

/** @param {ChildProcess} child */
async function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.on('exit', resolve));
  kill(child);
  await ended;
}

/** @param {ChildProcess} child */
function kill(child) {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/**
 * A program that ends: prints what it said if it failed.
 *
 * @param {string} cwd
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<void>}
 */
function finish(cwd, command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}:\n${said}`));
    });
  });
}
