// Puts each known bug of others into our sources, and sees the tests fail. Prints the count of those they found.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutants } from '../test/reliability/mutants/mutants.mjs';
import { bin, root, run } from './run.mjs';

process.chdir(root);

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const isShort = process.argv.includes('--short');
/** One of each kind is enough to see that the machinery works. */
const chosen = mutants.filter(({ name }, index) =>
  wanted.length > 0 ? wanted.some((word) => name.includes(word)) : !isShort || index % 12 === 0,
);

// Of all of them, in the short form too: what fits no more would be found only by whoever runs the long one.
for (const { name, patches } of mutants) {
  for (const [file, find] of patches) {
    if (!readFileSync(join(root, file), 'utf8').includes(find))
      throw new Error(`The mutant "${name}" does not fit ${file} any more.`);
  }
}

/** How often the tests of a mutant are started, until one of them has run. */
const MAX_RUNS = 3;

/** @type {string[]} */
const survivors = [];
const waiting = [...chosen];
const started = performance.now();
await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));

async function work() {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const isKilled = await isKilledByItsTests(mutant);
    if (!isKilled) survivors.push(mutant.name);
    console.log(`${isKilled ? 'killed  ' : 'SURVIVED'}  ${mutant.name}  (${mutant.from})`);
  }
}

/**
 * Killed is what a test found. A file that can't be loaded has found nothing, and neither has a run that did not come to its
 * first test, as happens on a very busy machine: that one is repeated.
 *
 * @param {import('../test/reliability/mutants/mutants.mjs').Mutant} mutant
 */
async function isKilledByItsTests(mutant) {
  for (let runs = 0; runs < MAX_RUNS; runs += 1) {
    const { numFailedTests, numPassedTests } = await runTestsOf(mutant);
    if (numFailedTests + numPassedTests > 0) return numFailedTests > 0;
  }
  console.error(`FAILED: the tests of "${mutant.name}" did not run: ${mutant.killedBy.join(', ')}`);
  return false;
}

/**
 * @param {import('../test/reliability/mutants/mutants.mjs').Mutant} mutant
 * @returns {Promise<{ numFailedTests: number, numPassedTests: number }>}
 */
async function runTestsOf({ name, project = 'node', killedBy }) {
  const folder = mkdtempSync(join(tmpdir(), 'everwire-mutant-'));
  const report = join(folder, 'report.json');
  try {
    await run(
      process.execPath,
      [
        ...[bin('vitest', 'vitest'), 'run', '--bail=1', '--no-file-parallelism', '--reporter=json'],
        ...[`--outputFile=${report}`, '--project', project, ...killedBy],
      ],
      // The short form finds them all.
      { env: { ...process.env, EVERWIRE_MUTANT: name, EVERWIRE_RELIABILITY: '' }, quiet: true },
    );
    return existsSync(report)
      ? JSON.parse(readFileSync(report, 'utf8'))
      : { numFailedTests: 0, numPassedTests: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const killed = chosen.length - survivors.length;
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`mutants killed=${killed}/${chosen.length}, in ${seconds} s`);
const folder = process.env['EVERWIRE_FIGURES'];
if (folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'mutants.json'), JSON.stringify({ killed, total: chosen.length, survivors }));
}
process.exitCode = survivors.length === 0 && chosen.length > 0 ? 0 : 1;
