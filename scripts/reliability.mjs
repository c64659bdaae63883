/**
 * `npm run reliability`: the proof, in full. Prints the figures, and fails when one is not what it has to be.
 * `npm run reliability -- model storms`: only these layers.
 *
 * The same tests run in `npm test` with fewer sequences, a few slow ones not at all, and React 18 runs there in jsdom only.
 * Here the tests write their figures into a folder, and this prints them in one table. No file shares its process with
 * another.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { bin, root, run } from './run.mjs';

process.chdir(root);

const folder = mkdtempSync(join(tmpdir(), 'everwire-reliability-'));
process.env['EVERWIRE_RELIABILITY'] = 'full';
process.env['EVERWIRE_FIGURES'] = folder;

/** Layers of their own, so they do not run with the others of Node. */
const exploration = 'test/node/server/exploration.test.ts';
const channels = 'test/node/service/channels-model.test.ts';

/**
 * By the words that choose them.
 *
 * @type {Record<string, [name: string, work: () => Promise<number>]>}
 */
const layers = {
  lifecycle: [
    'the lifecycle in every state, Node, and the published Mattermost client',
    () => vitest('node', '--exclude', exploration, '--exclude', channels),
  ],
  model: ['random sequences', () => vitest('reliability', 'test/reliability/model')],
  exploration: [
    'every order of events, crashes and lost links of a hub, up to a million states',
    () => vitest('node', exploration),
  ],
  channels: ['channels in random sequences', () => vitest('node', channels)],
  storms: ['real sockets behind a proxy', () => vitest('reliability', 'test/reliability/proxy')],
  herd: ['a herd of clients', () => vitest('reliability', 'test/reliability/herd')],
  cluster: ['processes that are killed', () => vitest('reliability', 'test/reliability/cluster')],
  lives: [
    'random lives of a React app, plain and StrictMode',
    () => vitest('jsdom', 'test/reliability/model'),
  ],
  live: ['live queries in random schedules', () => vitest('jsdom', 'test/reliability/live')],
  react: ['React, plain and StrictMode', () => vitest('jsdom', 'test/react', '.storybook/code')],
  react18: ['React 18', () => vitest('jsdom-react18')],
  'chromium-react18': ['React 18 in Chromium', () => vitest('chromium-react18')],
  chromium: ['React in Chromium', () => vitest('chromium')],
  pages: ['pages that go offline, freeze and come back', () => vitest('page')],
  types: [
    'types as users see them, with every compiler and every resolution',
    async () => (await build()) || run(process.execPath, ['scripts/check-consumers.mjs', '--all']),
  ],
  mutants: ['mutants', () => run(process.execPath, ['scripts/mutants.mjs'])],
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((word) => !(word in layers));
if (unknown.length > 0)
  throw new Error(
    `There is no layer "${unknown.join('", "')}". Choose of: ${Object.keys(layers).join(', ')}.`,
  );

/** @type {string[]} */
const failed = [];

try {
  await step('dependencies', installDependencies);
  await step('chromium', async () => {
    process.env['CHROMIUM_PATH'] = await ensureChromium();
  });
  for (const [word, [name, work]] of Object.entries(layers))
    if (wanted.length === 0 || wanted.includes(word)) await step(name, work);
  printFigures();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const done =
  wanted.length === 0 ? 'Every floor is reached.' : `The floors of ${wanted.join(', ')} are reached.`;
console.log(failed.length === 0 ? `\n${done}` : `\nFailed: ${failed.join('; ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;

/**
 * @param {string} name
 * @param {() => Promise<unknown>} work resolves with an exit code, or nothing
 */
async function step(name, work) {
  console.log(`\n=== ${name} ===`);
  const started = performance.now();
  const code = await work().catch((error) => console.error(error) ?? 1);
  if (code) failed.push(name);
  console.log(`--- ${code ? 'FAILED' : 'passed'} in ${((performance.now() - started) / 1000).toFixed(0)} s`);
}

/**
 * @param {string} project
 * @param {readonly string[]} files
 */
function vitest(project, ...files) {
  return run(process.execPath, [bin('vitest', 'vitest'), 'run', '--project', project, ...files]);
}

/** Each file is one layer's figures: names and numbers, or a list of rows. */
function printFigures() {
  for (const file of readdirSync(folder).sort()) {
    const figures = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    console.log(`\n${file.replace('.json', '')}`);
    if (Array.isArray(figures)) console.table(figures);
    else printFields(figures, '  ');
  }
}

/**
 * @param {Record<string, unknown>} fields
 * @param {string} indent
 */
function printFields(fields, indent) {
  for (const [name, value] of Object.entries(fields)) {
    if (Array.isArray(value) && typeof value[0] === 'object') {
      console.log(`${indent}${name}`);
      console.table(value);
    } else if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      console.log(`${indent}${name}`);
      printFields(/** @type {Record<string, unknown>} */ (value), `${indent}  `);
    } else console.log(`${indent}${name}=${Array.isArray(value) ? value.join(', ') : value}`);
  }
}
