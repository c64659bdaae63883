/**
 * `npm run reliability`: the proof, in full. Prints the figures, and fails when one is not what it has to be.
 *
 * The same tests run in `npm test` with fewer sequences, and React 18 runs there in jsdom only. Here the tests write their
 * figures into a folder, and this prints them in one table. No file shares its process with another.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { bin, root, run } from './run.mjs';

process.chdir(root);

const folder = mkdtempSync(join(tmpdir(), 'everwire-reliability-'));
process.env['EVERWIRE_RELIABILITY'] = 'full';
process.env['EVERWIRE_FIGURES'] = folder;

/** @type {string[]} */
const failed = [];

try {
  await step('dependencies', installDependencies);
  await step('chromium', async () => {
    process.env['CHROMIUM_PATH'] = await ensureChromium();
  });
  await step('the lifecycle in every state, Node, and the published Mattermost client', () => vitest('node'));
  await step('model, proxy and herd', () => vitest('reliability'));
  await step('React, plain and StrictMode', () => vitest('jsdom'));
  await step('React 18', () => vitest('jsdom-react18'));
  await step('React 18 in Chromium', () => vitest('chromium-react18'));
  await step('React in Chromium', () => vitest('chromium'));
  await step('pages that go offline, freeze and come back', () => vitest('page'));
  await step('mutants', () => run(process.execPath, ['scripts/mutants.mjs']));
  printFigures();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

console.log(failed.length === 0 ? '\nEvery floor is reached.' : `\nFailed: ${failed.join('; ')}`);
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
