// Finds a Chromium for the tests, and installs one where there is none. Run alone, it prints the path.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { aptInstall } from './apt.mjs';
import { bin, root, run } from './run.mjs';

/** What keeps a Chromium from calling home while it is tested with, and from computing what a graphics card would. */
export const quietFlags = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
  '--disable-gpu',
];

/**
 * The Chromium that is here already: the one in CHROMIUM_PATH, Playwright's own, one on PATH, or one in a usual place.
 *
 * @returns {string | null}
 */
export function findChromium() {
  const chosen = process.env['CHROMIUM_PATH'];
  if (chosen) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`CHROMIUM_PATH is ${chosen}, and there is no such file.`);
  }
  return (
    [playwrightsOwn(), ...onPath(), ...usualPlaces()].find((path) => path !== null && runs(path)) ?? null
  );
}

/**
 * A Chromium, installed if need be.
 *
 * @returns {Promise<string>} its path; rejects, and says what to do, where there is none to be had
 */
export async function ensureChromium() {
  const found = findChromium();
  if (found) return found;

  await aptInstall('Chromium', ['chromium']);
  const installed = findChromium();
  if (installed) return installed;

  console.log('No Chromium found: downloading one with Playwright ...');
  await run(process.execPath, [bin('playwright'), 'install', 'chromium']);
  const downloaded = findChromium();
  if (downloaded) return downloaded;

  throw new Error(
    [
      'No Chromium was found, and none could be installed.',
      'Install Chromium or Chrome with your system (Debian, as root: apt-get install chromium),',
      'or set CHROMIUM_PATH to the program of one that you have, and start again.',
    ].join('\n'),
  );
}

/** The browser that `playwright install` put in its cache. */
function playwrightsOwn() {
  try {
    const path = createRequire(join(root, 'package.json'))('playwright').chromium.executablePath();
    return existsSync(path) ? path : null;
  } catch {
    return null; // Playwright knows no browser for this system, or is not installed yet.
  }
}

function onPath() {
  const names =
    process.platform === 'win32'
      ? ['chrome.exe', 'msedge.exe']
      : ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return names
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .filter((path) => existsSync(path));
}

function usualPlaces() {
  const home = homedir();
  const programs = [
    process.env['PROGRAMFILES'] ?? 'C:\\Program Files',
    process.env['PROGRAMFILES(X86)'] ?? 'C:\\Program Files (x86)',
    process.env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'),
  ];
  /** @type {Partial<Record<NodeJS.Platform, string[]>>} */
  const places = {
    linux: [
      '/usr/bin/chromium',
      '/usr/bin/chromium-browser',
      '/usr/bin/google-chrome-stable',
      '/usr/bin/google-chrome',
      '/usr/lib/chromium/chromium',
      '/opt/google/chrome/chrome',
      '/snap/bin/chromium',
    ],
    darwin: ['/Applications', join(home, 'Applications')].flatMap((folder) => [
      join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
      join(folder, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
      join(folder, 'Microsoft Edge.app/Contents/MacOS/Microsoft Edge'),
    ]),
    win32: programs.flatMap((folder) => [
      join(folder, 'Chromium\\Application\\chrome.exe'),
      join(folder, 'Google\\Chrome\\Application\\chrome.exe'),
      join(folder, 'Microsoft\\Edge\\Application\\msedge.exe'),
    ]),
  };
  return (places[process.platform] ?? []).filter((path) => existsSync(path));
}

/**
 * A file called chromium may be a stub that only says how to install it.
 *
 * @param {string} path
 */
function runs(path) {
  if (process.platform !== 'linux') return true; // elsewhere, asking would open a window
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.log(await ensureChromium());
