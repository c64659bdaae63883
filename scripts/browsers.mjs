// Finds a Firefox or a WebKitGTK for `npm run test:tabs`, and installs one on Debian where there is none.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { aptInstall } from './apt.mjs';

/** @type {Record<string, { packages: readonly string[], find: () => string | undefined }>} */
const browsers = {
  firefox: {
    packages: ['firefox-esr'],
    find: () => ['firefox-esr', 'firefox'].find(runs),
  },
  webkit: {
    packages: ['webkit2gtk-driver', 'xvfb', 'xauth'],
    find: () => (['xvfb-run', 'WebKitWebDriver', 'xauth'].every(isOnPath) ? miniBrowser() : undefined),
  },
};

/**
 * @param {string} engine
 * @returns {Promise<string>} its program; rejects, and says what to do, where there is none to be had
 */
export async function ensureBrowser(engine) {
  const browser = browsers[engine];
  if (browser === undefined)
    throw new Error(`--engine ${engine}: it is chromium, ${Object.keys(browsers).join(' or ')}.`);
  const { packages, find } = browser;
  const found = find();
  if (found) return found;
  await aptInstall(engine, packages);
  const installed = find();
  if (installed) return installed;
  const advice = `On Debian, as root: apt-get install ${packages.join(' ')}.`;
  throw new Error(`There is no ${engine} here, and it could not be installed. ${advice}`);
}

/** @param {string} program */
function runs(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

/** @param {string} program */
function isOnPath(program) {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** WebKitGTK's own small browser, which is not on PATH. */
function miniBrowser() {
  const folders = existsSync('/usr/lib') ? readdirSync('/usr/lib') : [];
  return folders
    .flatMap((folder) =>
      ['4.1', '4.0'].map((version) => `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`),
    )
    .find((path) => existsSync(path));
}
