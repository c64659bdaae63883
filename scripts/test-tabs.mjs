/**
 * `npm run test:tabs`: twenty tabs of one user, with one socket to a real server, in a real browser. Tabs are closed, crash, freeze,
 * are reloaded, hidden, left for the back/forward cache and cut off, at random, and so is their server. Prints what was published,
 * delivered, lost and duplicated, what happened to requests, how many sockets there were, how long the slowest event took, and how
 * many events a second all tabs receive. Its short form is part of `npm test`.
 *
 *   npm run test:tabs -- --deaths 1000          faults, half for each place of the relay; 100 by default
 *   npm run test:tabs -- --tabs 5 --relay worker
 *   npm run test:tabs -- --fault crash          only this fault
 *   npm run test:tabs -- --engine firefox       or webkit: faults that its driver can't do are left out, and named
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBrowser } from './browsers.mjs';
import { ensureChromium } from './chromium.mjs';
import { installDependencies } from './install.mjs';
import { bin, root, run } from './run.mjs';

const { values: options } = parseArgs({
  options: {
    deaths: { type: 'string', default: '100' },
    tabs: { type: 'string', default: '20' },
    relay: { type: 'string' },
    fault: { type: 'string' },
    seed: { type: 'string', default: '1' },
    engine: { type: 'string', default: 'chromium' },
  },
});
for (const name of /** @type {const} */ (['deaths', 'tabs', 'seed']))
  if (!(Number(options[name]) > 0)) throw new Error(`--${name} ${options[name]}: how many is that?`);
if (options.relay !== undefined && !['tab', 'worker'].includes(options.relay))
  throw new Error(`--relay ${options.relay}: it is tab or worker.`);

process.chdir(root);
await installDependencies();
if (options.engine === 'chromium') process.env['CHROMIUM_PATH'] = await ensureChromium();
else process.env['EVERWIRE_BROWSER'] = await ensureBrowser(options.engine);

const folder = mkdtempSync(join(tmpdir(), 'everwire-tabs-'));
try {
  process.env['EVERWIRE_FIGURES'] = folder;
  process.env['EVERWIRE_TABS'] = JSON.stringify(options);
  const args = ['run', '--project', 'page', 'test/page/tabs/voyage.test.ts'];
  process.exitCode = await run(process.execPath, [bin('vitest', 'vitest'), ...args]);
  printFigures(join(folder, 'tabs.json'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} file */
function printFigures(file) {
  if (!existsSync(file)) return;
  /** @type {{ rows: Row[] }} */
  const { rows } = JSON.parse(readFileSync(file, 'utf8'));
  for (const row of rows) {
    console.log(`\n${options.engine}, ${row.tabs} tabs, the relay in a ${row.relay}, ${row.faults} faults`);
    if (row.leftOut.length > 0)
      console.log(`  left out, because the driver of this browser can't do it: ${row.leftOut.join(', ')}`);
    for (const [name, figure] of figuresOf(row)) console.log(`  ${name.padEnd(62)} ${figure}`);
    console.log('  the slowest event until all other tabs had it, with one every 20 ms; ms');
    console.log('                                    how many   median      p99  sockets opened');
    for (const [fault, times] of Object.entries(row.slowestMs)) {
      const sorted = times.toSorted((one, other) => one - other);
      const at = (/** @type {number} */ part) =>
        sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
      const numbers = [sorted.length, at(0.5), at(0.99), row.opened[fault] ?? 0];
      console.log(`    ${fault.padEnd(30)} ${numbers.map((number) => String(number).padStart(8)).join(' ')}`);
    }
  }
}

/**
 * @param {Row} row
 * @returns {[name: string, figure: unknown][]}
 */
function figuresOf(row) {
  return [
    ['events published', row.published],
    ['events delivered, over all tabs', row.delivered],
    ['lost silently, over all tabs', row.lostSilently],
    ['duplicated, over all tabs', row.duplicated],
    ['notices of missed events', JSON.stringify(row.notices)],
    ['tabs that lack something at the end', row.behind],
    ['requests that reached the server twice', row.servedTwice],
    ['requests that did not settle', row.unsettled],
    ['requests with the reply to another one', row.wrongReplies],
    ['sockets at the server at one moment, at most', row.maxSockets],
    ['more than one socket for at most, ms', row.longestTwoSocketsMs],
    [`events a second in a flood, received by each of ${row.tabs} tabs`, row.eventsPerSecond],
    ['the same, over all tabs', row.eventsPerSecond * row.tabs],
    [
      'pages that were returned to: kept by the browser, loaded anew',
      `${row.returns.kept}, ${row.returns.loaded}`,
    ],
    ['errors', row.errors.length === 0 ? 'none' : row.errors.join('; ')],
  ];
}

/**
 * @typedef {import('../test/page/tabs/voyage.ts').VoyageResult & { relay: string, tabs: number, faults: number, leftOut: string[] }} Row
 */
