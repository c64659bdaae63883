/**
 * `npm test`: installs what is missing, a Chromium included, then runs every check and every test, also after one that
 * failed. Prints how long each step took, then what failed, and ends with one line, `N passed, N failed`.
 *
 * The full counts, and React 18 in Chromium, are in `npm run reliability`; coverage is in `npm run coverage`.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ensureChromium } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { pack } from './pack.mjs';
import { bin, collect, root, run } from './run.mjs';
import { firstLine, readVitestReport, tellingLine } from './vitest-report.mjs';

/** @typedef {{ passed: number, failed: number, failures: string[] }} Outcome */
/** What a step says about itself: a count, or an exit code; nothing is a success. @typedef {void | number | Outcome} Said */

process.chdir(root);
process.env['STORYBOOK_DISABLE_TELEMETRY'] = '1';

const started = performance.now();
const total = { passed: 0, failed: 0 };
/** One line each, with what failed and the first line of its error. @type {string[]} */
const failures = [];
/** @type {{ name: string, seconds: number }[]} */
const durations = [];

/** @type {Outcome} */
const passed = { passed: 1, failed: 0, failures: [] };
/** @type {(failure: string) => Outcome} */
const failedWith = (failure) => ({ passed: 0, failed: 1, failures: [failure] });

try {
  if (await step('dependencies', installDependencies)) {
    await step('chromium', async () => {
      process.env['CHROMIUM_PATH'] = await ensureChromium();
      console.log(process.env['CHROMIUM_PATH']);
    });
    // In two lines, beside each other: each of these uses one core for most of its time.
    await Promise.all([
      inLine([
        ['lint and format', '@biomejs/biome', 'biome', ['check', '--error-on-warnings']],
        ['types', 'typescript', 'tsc', ['--project', 'tsconfig.json']],
        ['types, with events registered', ...compile('test/types/registered')],
        ["types, with Mattermost's events registered", ...compile('test/types/registered/mattermost')],
        ['types, with a type that a server shares', ...compile('test/types/registered/shared')],
        ['types, in the code of the book', ...compile('.storybook/code')],
        ['types, in the code of the book that registers', ...compile('.storybook/code/register')],
      ]),
      inLine([
        ['nothing unused (knip)', 'knip', 'knip', ['--no-progress']],
        ['import directions', 'scripts/check-imports.mjs', []],
        ['size', 'scripts/size.mjs', ['--check']],
      ]),
    ]);
    await step('tests', runVitest);
    const built = await step('build', build);
    await Promise.all([
      inLine([['tests that can fail: some of the mutants', 'scripts/mutants.mjs', ['--short']]]),
      built ? checkBuilt() : undefined,
    ]);
  }
} catch (error) {
  // Not a step's fault, but ours: still a failure, and the line below is still printed.
  console.error(error);
  total.failed += 1;
  failures.push(`scripts/test.mjs: ${firstLine(String(error))}`);
}

printDurations();
// The last thing but the counts: of a long log, often only the end is kept.
if (failures.length > 0) console.log(`\nFailed\n${failures.map((failure) => `  ${failure}`).join('\n')}`);
process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`\n${total.passed} passed, ${total.failed} failed`);

/** What is built, and how users see it. */
async function checkBuilt() {
  await inLine([
    ['built files', 'scripts/check-dist.mjs', []],
    ['package (publint)', 'publint', 'publint', ['--strict']],
  ]);
  await quietly('package types (attw)', checkPackedTypes);
  await inLine([
    ['what is packed', 'scripts/check-tarball.mjs', []],
    ['public surface', 'scripts/check-api.mjs', []],
    ['types as users see them, with TypeScript 5.4, 5.9 and 7', 'scripts/check-consumers.mjs', []],
  ]);
}

/**
 * Runs programs one after the other, each as a step. What a step prints comes at its end, because other steps run beside it.
 *
 * @param {readonly (readonly [name: string, script: string, args: readonly string[]] | readonly [name: string, pack: string, command: string, args: readonly string[]])[]} programs
 */
async function inLine(programs) {
  for (const [name, ...program] of programs) {
    const [file, args] = program.length === 2 ? program : [bin(program[0], program[1]), program[2]];
    await quietly(name, () => collect(process.execPath, [file, ...args]));
  }
}

/**
 * @param {string} folder
 * @returns {readonly [pack: string, command: string, args: readonly string[]]}
 */
function compile(folder) {
  return ['typescript', 'tsc', ['--project', `${folder}/tsconfig.json`]];
}

/**
 * Runs a step whose output is kept until its end.
 *
 * @param {string} name
 * @param {() => Promise<{ code: number, output: string }>} work
 */
async function quietly(name, work) {
  const start = performance.now();
  const { code, output } = await work().catch((error) => ({ code: 1, output: `${error}\n` }));
  console.log(`\n=== ${name} ===\n${output.trimEnd()}`);
  note(name, start, code === 0 ? passed : failedWith(`${name}: exit code ${code}: ${tellingLine(output)}`));
}

/**
 * Runs one step under a heading, and shows what it prints at once.
 *
 * @param {string} name
 * @param {() => Promise<Said>} work may also reject
 * @returns {Promise<boolean>} whether it passed
 */
async function step(name, work) {
  console.log(`\n=== ${name} ===`);
  const start = performance.now();
  /** @type {Outcome} */
  let outcome = passed;
  try {
    const said = await work();
    if (typeof said === 'object') outcome = said;
    else if (said) outcome = failedWith(`${name}: exit code ${said}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    outcome = failedWith(`${name}: ${firstLine(String(error))}`);
  }
  return note(name, start, outcome);
}

/**
 * @param {string} name
 * @param {number} start
 * @param {Outcome} outcome
 * @returns {boolean} whether it passed
 */
function note(name, start, outcome) {
  const seconds = (performance.now() - start) / 1000;
  durations.push({ name, seconds });
  console.log(`--- ${name}: ${outcome.failed === 0 ? 'passed' : 'FAILED'} in ${seconds.toFixed(1)} s`);
  total.passed += outcome.passed;
  total.failed += outcome.failed;
  failures.push(...outcome.failures);
  return outcome.failed === 0;
}

/** Packs into a folder of its own: a tarball that lies in the root is somebody's, and attw would delete it. */
async function checkPackedTypes() {
  const folder = mkdtempSync(join(tmpdir(), 'everwire-pack-'));
  try {
    return await collect(process.execPath, [bin('@arethetypeswrong/cli', 'attw'), await pack(folder)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function printDurations() {
  const whole = (performance.now() - started) / 1000;
  console.log('\nSeconds (some steps run beside each other)');
  for (const { name, seconds } of [...durations, { name: 'all steps', seconds: whole }]) {
    console.log(`${seconds.toFixed(1).padStart(7)}  ${name}`);
  }
}

/** Every project of vitest.config.ts but React 18 in Chromium, which runs in jsdom here; each test counts. */
async function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'everwire-test-'));
  const report = join(folder, 'report.json');
  try {
    const code = await run(process.execPath, [
      bin('vitest', 'vitest'),
      'run',
      '--project=!chromium-react18',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]);
    return readVitestReport(report, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
