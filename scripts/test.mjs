/**
 * `npm test`: installs what is missing, a Chromium included, then runs every check and every test, also after one that
 * failed. Prints how long each step took, and ends with one line, `N passed, N failed`.
 *
 * The full counts, and React 18 in Chromium, are in `npm run reliability`; coverage is in `npm run coverage`.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { pack } from './pack.mjs';
import { bin, root, run } from './run.mjs';

process.chdir(root);
process.env['STORYBOOK_DISABLE_TELEMETRY'] = '1';

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const failures = [];
/** @type {{ name: string, seconds: number }[]} */
const durations = [];

try {
  if (await step('dependencies', installDependencies)) {
    await step('chromium', async () => {
      process.env['CHROMIUM_PATH'] = await ensureChromium();
      console.log(process.env['CHROMIUM_PATH']);
    });
    await step('lint and format', () => node('@biomejs/biome', 'biome', ['check', '--error-on-warnings']));
    await step('types', () => node('typescript', 'tsc', ['--project', 'tsconfig.json']));
    await step('types, with events registered', () =>
      node('typescript', 'tsc', ['--project', 'test/types/registered/tsconfig.json']),
    );
    await step("types, with Mattermost's events registered", () =>
      node('typescript', 'tsc', ['--project', 'test/types/registered/mattermost/tsconfig.json']),
    );
    await step('types, in the code of the book', async () => {
      const code = await node('typescript', 'tsc', ['--project', '.storybook/code/tsconfig.json']);
      return code || node('typescript', 'tsc', ['--project', '.storybook/code/register/tsconfig.json']);
    });
    await step('size', () => run(process.execPath, ['scripts/size.mjs', '--check']));
    await step('import directions', () => run(process.execPath, ['scripts/check-imports.mjs']));
    await step('nothing unused (knip)', () => node('knip', 'knip', ['--no-progress']));
    await step('tests', runVitest);
    await step('tests that can fail: some of the mutants', () =>
      run(process.execPath, ['scripts/mutants.mjs', '--short']),
    );
    const built = await step('build', build);
    if (built) {
      await step('built files', () => run(process.execPath, ['scripts/check-dist.mjs']));
      await step('package (publint)', () => node('publint', 'publint', ['--strict']));
      await step('package types (attw)', checkPackedTypes);
      await step('what is packed', () => run(process.execPath, ['scripts/check-tarball.mjs']));
      await step('public surface', () => run(process.execPath, ['scripts/check-api.mjs']));
      await step('types as users see them, with TypeScript 5.4, 5.9 and 7', () =>
        run(process.execPath, ['scripts/check-consumers.mjs']),
      );
    }
  }
} catch (error) {
  // Not a step's fault, but ours: still a failure, and the line below is still printed.
  console.error(error);
  total.failed += 1;
  failures.push('scripts/test.mjs');
}

printDurations();
if (failures.length > 0) console.log(`\nFailed: ${failures.join(', ')}`);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/**
 * Runs one step under a heading and counts it: as one check, or as what it says it counted.
 *
 * @param {string} name
 * @param {() => Promise<void | number | { passed: number, failed: number }>} work an exit code, a count, or a rejection
 * @returns {Promise<boolean>} whether it passed
 */
async function step(name, work) {
  console.log(`\n=== ${name} ===`);
  const start = performance.now();
  let count = { passed: 0, failed: 1 };
  try {
    const result = await work();
    if (typeof result === 'object') count = result;
    else if (!result) count = { passed: 1, failed: 0 };
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
  const seconds = (performance.now() - start) / 1000;
  durations.push({ name, seconds });
  console.log(`--- ${name}: ${count.failed === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  total.passed += count.passed;
  total.failed += count.failed;
  if (count.failed > 0) failures.push(name);
  return count.failed === 0;
}

/**
 * @param {string} name the package
 * @param {string} command its command
 * @param {readonly string[]} args
 */
function node(name, command, args) {
  return run(process.execPath, [bin(name, command), ...args]);
}

/** Packs into a folder of its own: a tarball that lies in the root is somebody's, and attw would delete it. */
async function checkPackedTypes() {
  const folder = mkdtempSync(join(tmpdir(), 'everwire-pack-'));
  try {
    return await node('@arethetypeswrong/cli', 'attw', [await pack(folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printDurations() {
  const whole = durations.reduce((sum, { seconds }) => sum + seconds, 0);
  console.log('\nSeconds');
  for (const { name, seconds } of [...durations, { name: 'all steps', seconds: whole }]) {
    console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
  }
}

/** Every project of vitest.config.ts but React 18 in Chromium, which runs in jsdom here; each test counts. */
async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'everwire-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await node('vitest', 'vitest', [
      'run',
      '--project=!chromium-react18',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]);
    return countTests(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} report vitest's report, in JSON
 * @param {number} code vitest's exit code
 */
function countTests(report, code) {
  const { numPassedTests: passed, numFailedTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  // A file that could not be loaded has no tests to count, and still failed.
  const broken = testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length;
  const failed = numFailedTests + broken;
  // Unhandled errors, a browser that did not start, no tests at all: nothing failed, and vitest did.
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed };
}
