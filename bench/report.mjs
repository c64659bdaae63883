/** Renders a run: tables in Markdown, on the terminal and in files, with each target beside the figure. */

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { root } from '../scripts/run.mjs';
import { drawChart } from './chart.mjs';
import { faultsOf, figuresOf } from './figures.mjs';
import { everwireId, floorIds } from './line-up.mjs';
import { quantile } from './statistics.mjs';

/**
 * @typedef {object} Report
 * @property {string} chromium
 * @property {number} rounds
 * @property {string} takenAt
 * @property {number} minutes
 * @property {number} framesPerSecond
 * @property {number} load the load average of the machine when the run began
 * @property {readonly import('./scenario.mjs').Scenario[]} scenarios
 * @property {readonly import('./line-up.mjs').Entry[]} contenders
 * @property {readonly import('./figures.mjs').Result[]} results
 */

/** @param {Report} report */
export function printReport(report) {
  console.log(`\n${tables(report)}`);
}

/** @param {Report} report */
export function writeReport(report) {
  const { scenarios, contenders, results, ...run } = report;
  const folder = join(root, 'bench/results');
  const rows = results.map((result) => JSON.stringify(result)).join(',\n');
  const facts = JSON.stringify({ ...run, ...machine(), versions: versions() });

  writeFileSync(join(folder, 'latest.md'), `${heading(report)}\n\n${tables(report)}\n`);
  writeFileSync(join(folder, 'chart.svg'), drawChart(report));
  writeFileSync(join(folder, 'latest.json'), `{"run":${facts},\n"results":[\n${rows}\n]}\n`);
  showInDocs();
  console.log('\nWritten: bench/results/latest.md, chart.svg and latest.json, and docs/performance.md.');
}

/** The tables that docs/performance.md shows. The others are in bench/results/latest.md alone: few readers need them. */
const shownInDocs = ['Targets for Everwire', 'Cost of one message'];

/** Puts the heading and some tables of bench/results/latest.md into docs/performance.md. */
function showInDocs() {
  const latest = readFileSync(join(root, 'bench/results/latest.md'), 'utf8').trim();
  const [heading = '', ...sections] = latest.split('\n## ');
  const [, ...lines] = heading.trim().split('\n');
  const parts = shownInDocs.map((title) => sections.find((section) => section.startsWith(`${title}\n`)));
  const tables = parts.flatMap((part) => (part === undefined ? [] : [`### ${part.trim()}`]));
  const shown = [lines.join('\n').replace('(chart.svg)', '(../bench/results/chart.svg)'), ...tables].join(
    '\n\n',
  );
  const page = join(root, 'docs/performance.md');
  const [before = '', rest = ''] = readFileSync(page, 'utf8').split('<!-- npm run bench -->');
  const [, after = ''] = rest.split('<!-- /bench -->');
  writeFileSync(page, `${before}<!-- npm run bench -->\n${shown}\n\n<!-- /bench -->${after}`);
}

/** @param {Report} report */
function heading({ chromium, rounds, takenAt, minutes, framesPerSecond, load, scenarios, results }) {
  const { cores, cpu } = machine();
  const used = Object.entries(versions()).map(([name, version]) => `${name} ${version}`);
  return [
    '# `npm run bench`',
    '',
    '![Ratios to the floor, by contender](chart.svg)',
    '',
    `${takenAt.slice(0, 10)}, ${chromium} at ${framesPerSecond.toFixed(0)} frames per second, ${cores} cores (${cpu}), ` +
      `load ${load.toFixed(1)} at the start, Node ${process.versions.node}; ${used.join(', ')}. ` +
      `${rounds} ${rounds === 1 ? 'round' : 'rounds'} in ${minutes.toFixed(0)} minutes.`,
    '',
    'The floor is a page without a library: `onmessage`, `JSON.parse`, one look-up by name, the callback. Ratios are to ' +
      'the floor of the same round, which runs twice; they are medians over the rounds. Ignore differences as small as ' +
      `those between the two floors. ${noise(scenarios, results)}`,
    '',
    'CPU is the time of the main thread of the tab. "wrong" counts events that were lost, duplicated or out of order, and ' +
      'components that showed an older event at the end, or after a newer one.',
  ].join('\n');
}

/**
 * The spread of the same code, run as two contenders. They are compared with each other: each is half of their mean, and
 * would lie nearer to it.
 *
 * @param {Report['scenarios']} scenarios
 * @param {Report['results']} results
 */
function noise(scenarios, results) {
  const ratios = scenarios.flatMap(({ id, panels }) =>
    panels.flatMap(({ variant, figure }) => {
      const [ones = [], others = []] = floorIds.map((floorId) =>
        figuresOf(results, id, floorId).ratios(variant, figure),
      );
      return ones.map((one, round) => one / (others[round] ?? Number.NaN)).filter(Number.isFinite);
    }),
  );
  if (ratios.length === 0) return '';
  const [low, high] = [quantile(ratios, 0.05), quantile(ratios, 0.95)];
  return `In this run, nine of ten rounds of one floor were between ${low.toFixed(2)} and ${high.toFixed(2)} of the other.`;
}

/** @param {Report} report */
function tables(report) {
  return [targets(report), ...report.scenarios.map((scenario) => section(scenario, report))]
    .filter((part) => part !== '')
    .join('\n\n');
}

/**
 * @param {import('./scenario.mjs').Scenario} scenario
 * @param {Report} report
 */
function section(scenario, { contenders, results }) {
  const rows = contenders.map((contender) => {
    const own = results.filter(
      (result) => result.scenario === scenario.id && result.contender === contender.id,
    );
    const figures = figuresOf(results, scenario.id, contender.id);
    const cells = scenario.columns.map(({ value, as }) => format(value(figures), as));
    const row = [contender.name, ...cells, faultsText(own)];
    return contender.id === everwireId ? row.map((cell) => `**${cell}**`) : row;
  });
  const header = ['', ...scenario.columns.map(({ title }) => title), 'wrong'];
  return [`## ${scenario.title}`, '', scenario.about, '', table([header, ...rows])].join('\n');
}

/** @param {Report} report */
function targets({ scenarios, contenders, results }) {
  if (!contenders.some(({ id }) => id === everwireId)) return '';
  const rows = scenarios.flatMap((scenario) =>
    scenario.targets.map((target) => {
      const value = rounded(target.value(figuresOf(results, scenario.id, everwireId)), target.as);
      return [
        target.title,
        limitText(target),
        format(value, target.as),
        isMet(target, value) ? 'met' : 'not met',
      ];
    }),
  );
  const wrong = faultsText(results.filter(({ contender }) => contender === everwireId));
  const faultless = ['lost, duplicated, out of order, stale', '0', wrong, wrong === '0' ? 'met' : 'not met'];
  return ['## Targets for Everwire', '', table([['', 'target', 'figure', ''], ...rows, faultless])].join(
    '\n',
  );
}

/**
 * @param {import('./scenario.mjs').Target} target
 * @param {number} value
 */
function isMet({ limit }, value) {
  switch (limit.kind) {
    case 'at-most':
      return value <= limit.value;
    case 'at-least':
      return value >= limit.value;
    case 'below':
      return value < limit.value;
    default:
      return /** @satisfies {never} */ (limit.kind);
  }
}

/** @param {import('./scenario.mjs').Target} target */
function limitText({ limit, as }) {
  const sign = { 'at-most': '≤', 'at-least': '≥', below: '<' }[limit.kind];
  return `${sign} ${as === 'ratio' ? limit.value.toFixed(2) : limit.value.toLocaleString('en-US')}`;
}

/** @param {readonly import('./figures.mjs').Result[]} results those of one contender */
export function faultsText(results) {
  const failed = results.filter(({ failure }) => failure !== null).length;
  const { lost, duplicated, outOfOrder, stale } = faultsOf(results);
  const parts = [
    failed > 0 ? `${failed} of ${results.length} failed` : '',
    lost > 0 ? `${lost} lost` : '',
    duplicated > 0 ? `${duplicated} duplicated` : '',
    outOfOrder > 0 ? `${outOfOrder} out of order` : '',
    stale > 0 ? `${stale} stale` : '',
  ].filter((part) => part !== '');
  return parts.length === 0 ? '0' : parts.join(', ');
}

/**
 * @param {number} value
 * @param {import('./scenario.mjs').Format} as
 */
function format(value, as) {
  if (!Number.isFinite(value)) return '–';
  if (value === 0 && as !== 'ratio' && as.zero) return as.zero;
  const digits = as === 'ratio' ? ratioDigits(value) : as.digits;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * Rounded as shown: a figure that reads like its limit meets it.
 *
 * @param {number} value
 * @param {import('./scenario.mjs').Format} as
 */
function rounded(value, as) {
  return Number(value.toFixed(as === 'ratio' ? ratioDigits(value) : as.digits));
}

/** @param {number} ratio */
function ratioDigits(ratio) {
  if (ratio < 10) return 2;
  return ratio < 100 ? 1 : 0;
}

/** @param {readonly (readonly string[])[]} rows the first is the header */
function table(rows) {
  const [header = [], ...body] = rows;
  const widths = header.map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  /** @param {readonly string[]} cells */
  const line = (cells) =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column)).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(header), line(rule), ...body.map(line)].join('\n');
}

/**
 * Aligns names to the left, figures to the right.
 *
 * @param {string} cell
 * @param {number} width
 * @param {number} column
 */
function pad(cell, width, column) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function machine() {
  return { cores: availableParallelism(), cpu: cpus()[0]?.model.trim() ?? 'unknown' };
}

function versions() {
  const packages = [
    'react',
    'rxjs',
    'react-use-websocket',
    'partysocket',
    '@mattermost/client',
    'socket.io-client',
  ];
  return Object.fromEntries(
    packages.map((name) => {
      const { version } = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
      return [name, version];
    }),
  );
}
