// `npm run test:consumers`: throw-away apps, each as its developer would set it up, with the packed package installed from
// its file. No error and no warning may be printed. Ends with one line, `N passed, N failed`. Needs the network.
// `npm run test:consumers -- jest webpack` tries those alone. `npm run check:consumers` compiles apps, and needs none.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureChromium, quietFlags } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { pack } from './pack.mjs';
import { root, run } from './run.mjs';
import {
  check,
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

/** React's candidate of today is the newest prerelease of the registry; Testing Library does not accept those. */
const reacts = ['18.0.0', '18.2.0', '19.0.0', 'newest', 'candidate'];

/** @type {Record<string, (tarball: string) => Promise<void>>} */
const apps = {
  types: () => check('it compiles with each compiler and each resolution', compileAll),
  jest: async (tarball) => {
    const app = await install('jest', tarball);
    await check('its tests pass', () => quietly(app, 'npx', ['jest']));
  },
  vitest: async (tarball) => {
    const app = await install('vitest', tarball);
    for (const name of reacts) await check(`its tests pass with React ${name}`, () => testWith(app, name));
  },
  webpack: async (tarball) => {
    const app = await install('webpack', tarball);
    await check('it builds, and three hooks are not the whole package', () =>
      quietly(app, 'node', ['build.js']),
    );
    await check('import and require are one copy in the bundle', async () => {
      expectText(await quietly(app, 'node', ['out/main.js']), 'one copy connected');
    });
  },
  node16: async (tarball) => {
    const app = await install('node16', tarball);
    await check('it compiles', () => quietly(app, 'npx', ['tsc']));
    await check('import and require are one copy', async () => {
      expectText(await quietly(app, 'node', ['out/main.js']), 'pong one copy mattermost function true');
    });
    await check('a production error names a page that is there', async () => {
      const said = await finish(app, 'node', ['out/main.js'], { NODE_ENV: 'production' });
      const [, page = 'no page'] = said.match(/See (\S+\.md)/) ?? [];
      if (!readFileSync(join(app, page), 'utf8').includes('`request-failed`'))
        throw new Error(`${page} does not explain request-failed.`);
    });
  },
  'next-pages': async (tarball) => {
    const app = await install('next-pages', tarball);
    const next = 'node_modules/next/dist/bin/next';
    for (const bundler of ['--turbopack', '--webpack']) {
      await check(`it builds with ${bundler}`, () =>
        quietly(app, 'node', [next, 'build', bundler], { NEXT_TELEMETRY_DISABLED: '1' }),
      );
      const port = await freePort();
      start(app, [next, 'start', '--hostname', '127.0.0.1', '--port', `${port}`], {});
      await check(`it runs, built with ${bundler}`, () =>
        browse(`http://127.0.0.1:${port}/`, async (page) => {
          await page.locator('[data-status=connected]', { hasText: 'Hello' }).waitFor();
        }),
      );
      await endAll();
    }
  },
  'vite-refresh': async (tarball) => {
    const app = await install('vite-refresh', tarball);
    const port = await freePort();
    start(app, ['node_modules/vite/bin/vite.js', '--port', `${port}`, '--strictPort'], {});
    await check('an edited component keeps its events and the connection', () =>
      browse(`http://127.0.0.1:${port}/`, async (page) => {
        await page.locator('[data-status=connected]').waitFor();
        await page.evaluate("server.emit('posted', 'Hello')");
        await page.locator('[data-version=first]', { hasText: 'Hello, 1 in all' }).waitFor();
        const file = join(app, 'page.jsx');
        writeFileSync(file, readFileSync(file, 'utf8').replace('"first"', '"second"'));
        await page.locator('[data-version=second]', { hasText: 'Hello, 1 in all' }).waitFor();
        await page.evaluate("server.emit('posted', 'Hello again')");
        await page.locator('[data-version=second]', { hasText: 'Hello,Hello again, 2 in all' }).waitFor();
        const sockets = await page.evaluate('server.socketsConstructed');
        if (sockets !== 1) throw new Error(`${sockets} sockets were opened.`);
      }),
    );
    await endAll();
  },
};

const folder = throwAwayFolder('everwire-apps-');
process.chdir(root);
const wanted = process.argv.slice(2);
try {
  await installDependencies();
  if ((await build()) !== 0) throw new Error('The build failed, as said above.');
  const tarball = await pack(folder);
  for (const [name, tryOut] of Object.entries(apps)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(`\n=== ${name} ===`);
    await check('it could be tried', () => tryOut(tarball));
  }
} catch (error) {
  fail(error);
}
finishChecks();

async function compileAll() {
  if ((await run(process.execPath, [join(root, 'scripts', 'check-consumers.mjs'), '--all'])) !== 0)
    throw new Error('There are errors, as said above.');
}

/**
 * Copies an app and installs what it asks for, and the package.
 *
 * @param {string} name
 * @param {string} tarball
 */
async function install(name, tarball) {
  const app = join(folder, name);
  cpSync(join(root, 'test', 'consumers', 'apps', name), app, { recursive: true });
  await check('it installs', async () => {
    const said = await finish(app, 'npm', ['install', '--no-audit', '--no-fund', tarball]);
    if (/ERESOLVE/.test(said)) throw new Error(said);
  });
  return app;
}

/**
 * Runs the tests of an app with another React.
 *
 * @param {string} app
 * @param {string} name a version, or one of the words above
 */
async function testWith(app, name) {
  const version = name === 'newest' || name === 'candidate' ? await versionOf(name) : name;
  const packages = [`react@${version}`, `react-dom@${version}`];
  const flags = ['--no-audit', '--no-fund', '--save-exact'];
  if (name !== 'candidate') await finish(app, 'npm', ['install', ...flags, ...packages]);
  else {
    // Testing Library accepts no candidate, so it is not asked here; whether we do is tried in an app without it.
    await finish(app, 'npm', ['install', ...flags, '--legacy-peer-deps', ...packages]);
    await installAlone(packages);
  }
  await quietly(app, 'npx', ['vitest', 'run'], { REACT_VERSION: versionIn(app, 'react') });
}

/**
 * Installs the package beside these, in an app that has nothing else. npm may say that it overrides what other packages
 * ask for (observable-hooks and zustand accept no candidate), but not what we ask for.
 *
 * @param {readonly string[]} packages
 */
async function installAlone(packages) {
  const app = join(folder, 'alone');
  rmSync(app, { recursive: true, force: true });
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), '{ "name": "alone", "private": true }');
  await finish(app, 'npm', ['install', '--no-audit', '--no-fund', '--save-exact', ...packages, 'rxjs']);
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  const said = await finish(app, 'npm', ['install', '--no-audit', '--no-fund', join(folder, tarball)]);
  if (/resolve dependency:\n[^\n]*from everwire@/.test(said)) throw new Error(said);
  const [react] = packages;
  if (`react@${versionIn(app, 'react')}` !== react)
    throw new Error(`npm installed another ${react}:\n${said}`);
}

/**
 * @param {string} app
 * @param {string} name
 * @returns {string}
 */
function versionIn(app, name) {
  return JSON.parse(readFileSync(join(app, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/**
 * @param {string} name `newest`, or `candidate`: the newest prerelease that is not an experiment
 * @returns {Promise<string>}
 */
async function versionOf(name) {
  if (name === 'newest') return 'latest';
  const times = JSON.parse(jsonIn(await finish(root, 'npm', ['view', 'react', 'time', '--json'])));
  const [newest] = Object.entries(times)
    .filter(([version]) => /^\d+\.\d+\.\d+-(canary|rc|beta)/.test(version) && !version.startsWith('0.'))
    .sort(([, one], [, other]) => (one < other ? 1 : -1));
  if (!newest) throw new Error('The registry has no candidate of React.');
  return newest[0];
}

/**
 * npm's own warnings stand before and after what was asked for.
 *
 * @param {string} said
 */
function jsonIn(said) {
  return said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1);
}

/**
 * Runs a program, and fails if it warns.
 *
 * @param {string} app
 * @param {string} command
 * @param {readonly string[]} args
 * @param {Record<string, string>} [env]
 */
async function quietly(app, command, args, env = {}) {
  const said = await finish(app, command, args, { ...env, FORCE_COLOR: '0', CI: '1' });
  // npx repeats what this machine's own settings of npm are warned of.
  const rows = said.split('\n').filter((row) => !/^npm warn (Unknown|config)/.test(row));
  const warnings = rows.filter((row) => /\bwarn(ing)?s?\b|deprecat|not wrapped in act/i.test(row));
  if (warnings.length > 0) throw new Error(`${command} ${args.join(' ')} warned:\n${rows.join('\n')}`);
  return rows.join('\n');
}

/**
 * Opens a page in Chromium, and fails if its console complains.
 *
 * @param {string} address
 * @param {(page: Page) => Promise<void>} use
 */
async function browse(address, use) {
  await until(() => fetch(address).then((response) => response.text()));
  const { chromium } = await import('playwright'); // installed by now
  const browser = await chromium.launch({
    executablePath: await ensureChromium(),
    args: ['--no-sandbox', ...quietFlags],
  });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(patience);
    /** @type {string[]} */
    const complaints = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(address);
    await use(page);
    if (complaints.length > 0) throw new Error(complaints.join('\n'));
  } finally {
    await browser.close();
  }
}

/**
 * @param {string} said
 * @param {string} text
 */
function expectText(said, text) {
  if (!said.includes(text)) throw new Error(`It should say "${text}", and says:\n${said}`);
}
