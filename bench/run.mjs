// `npm run bench` compares the speed of Everwire with others. Measures in a Chromium, prints, and writes bench/results/.
//
//   npm run bench -- --scenario message-cost,burst --contender everwire --rounds 3
//   npm run bench -- --scenario channel-cost --contender everwire,everwire-channels
//   npm run bench -- --contender everwire --against ../another-checkout
//
// The floor always takes part: without it there is no ratio. A choice of scenarios or contenders is printed, and not
// written; `--json <file>` writes what was read in any run.

import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureChromium } from '../scripts/chromium.mjs';
import { servePages } from './bundle.mjs';
import { faultsOf } from './figures.mjs';
import { everwireId, extras, floorIds, lineUp, otherEverwire } from './line-up.mjs';
import { faultsText, printReport, writeReport } from './report.mjs';
import { scenarios as allScenarios, moreScenarios } from './scenarios/index.mjs';
import { startServer } from './server.mjs';
import { estimateMinutes, openBench, planTurns } from './turns.mjs';

const { values: options } = parseArgs({
  options: {
    scenario: { type: 'string' },
    contender: { type: 'string' },
    against: { type: 'string' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${options.rounds}: how many is that?`);

const scenarios = choose(allScenarios, options.scenario, { more: moreScenarios });
const contenders = choose(lineUp, options.contender, { more: extras, always: floorIds });
if (options.against !== undefined) contenders.push(otherEverwire(resolve(options.against)));
const isWhole = [options.scenario, options.contender, options.against].every(
  (choice) => choice === undefined,
);

const load = loadavg()[0] ?? 0;
const chromiumPath = await ensureChromium();
const pages = await servePages(contenders);
const server = await startServer();
const bench = await openBench({ chromiumPath, pages, server, contenders, rounds });

const turns = planTurns(scenarios, rounds);
const startedAt = performance.now();
/** @type {import('./figures.mjs').Result[]} */
const results = [];
let framesPerSecond = Number.NaN;

try {
  framesPerSecond = await bench.framesPerSecond();
  console.log(
    `${bench.version}, ${framesPerSecond.toFixed(1)} frames per second, ${rounds} rounds; ` +
      `this takes about ${Math.ceil(estimateMinutes(turns, contenders.length))} minutes.`,
  );
  for (const [index, turn] of turns.entries()) await runTurn(turn, index);
} finally {
  await bench.close();
  await server.stop();
  await pages.close();
}

const report = {
  chromium: bench.version,
  framesPerSecond,
  load,
  rounds,
  takenAt: new Date().toISOString(),
  minutes: minutesPassed(),
  scenarios,
  contenders,
  results,
};
printReport(report);
if (isWhole) writeReport(report);
if (options.json !== undefined) writeFileSync(options.json, JSON.stringify(results));

const ours = results.filter(({ contender }) => contender === everwireId);
const isRight =
  Object.values(faultsOf(ours)).every((count) => count === 0) &&
  ours.every(({ failure }) => failure === null);
process.exitCode = isRight ? 0 : 1;

/**
 * @param {import('./turns.mjs').Turn} turn
 * @param {number} index
 */
async function runTurn(turn, index) {
  const { scenario, variant, round } = turn;
  const title = variant.label ? `${scenario.title}, ${variant.label}` : scenario.title;
  process.stdout.write(
    `[${index + 1}/${turns.length}, ${minutesPassed().toFixed(1)} min] ${title}, round ${round}:`,
  );
  await bench.measureTurn(turn, (contender, result) => {
    results.push(result);
    process.stdout.write(` ${contender.name} ${summary(scenario, result)};`);
  });
  process.stdout.write('\n');
}

/**
 * @param {import('./scenario.mjs').Scenario} scenario
 * @param {import('./figures.mjs').Result} result
 */
function summary({ progress: { figure, unit, digits } }, result) {
  if (result.failure !== null) return `FAILED (${result.failure})`;
  const value = result.readings[figure];
  const wrong = faultsText([result]);
  return (
    (typeof value === 'number' ? `${value.toFixed(digits)} ${unit}` : 'none') +
    (wrong === '0' ? '' : `, ${wrong}`)
  );
}

function minutesPassed() {
  return (performance.now() - startedAt) / 60_000;
}

/**
 * @template {{ id: string }} Item
 * @param {readonly Item[]} usual
 * @param {string | undefined} wanted ids, separated by commas; without them, the usual ones
 * @param {{ more?: readonly Item[], always?: readonly string[] }} [besides] `more`: only where they are wanted
 * @returns {Item[]}
 */
function choose(usual, wanted, { more = [], always = [] } = {}) {
  if (wanted === undefined) return [...usual];
  const all = [...usual, ...more];
  const ids = wanted.split(',');
  const unknown = ids.filter((id) => !all.some((item) => item.id === id));
  if (unknown.length > 0) {
    throw new Error(`There is no ${unknown.join(', ')}. There is: ${all.map(({ id }) => id).join(', ')}.`);
  }
  return all.filter(({ id }) => ids.includes(id) || always.includes(id));
}
