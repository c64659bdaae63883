/**
 * `npm run test:cluster`: server processes on a real Redis are killed every five seconds for ten minutes, while a hundred real
 * clients listen; then every other fault. Prints what was published, delivered, lost and duplicated, and how long a kill kept
 * clients without events. Its short form is part of `npm test`.
 *
 *   npm run test:cluster -- --minutes 1          kills for one minute
 *   npm run test:cluster -- --clients 20         with twenty clients
 *   npm run test:cluster -- --fault half-open    only the faults with this in their name
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installDependencies } from './install.mjs';
import { ensureFakeClock, ensureRedis } from './redis.mjs';
import { bin, root, run } from './run.mjs';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    clients: { type: 'string', default: '100' },
    fault: { type: 'string' },
  },
});
if (!(Number(options.minutes) > 0)) throw new Error(`--minutes ${options.minutes}: how many is that?`);
if (!(Number(options.clients) > 0)) throw new Error(`--clients ${options.clients}: how many is that?`);

process.chdir(root);
await installDependencies();
await ensureRedis();
if (!(await ensureFakeClock()))
  console.log('libfaketime is missing (Debian: apt-get install faketime): the clock of Redis will not jump.');

const folder = mkdtempSync(join(tmpdir(), 'everwire-cluster-'));
try {
  process.env['EVERWIRE_RELIABILITY'] = 'full';
  process.env['EVERWIRE_FIGURES'] = folder;
  process.env['EVERWIRE_CLUSTER_MINUTES'] = options.minutes;
  process.env['EVERWIRE_CLUSTER_CLIENTS'] = options.clients;
  const args = ['run', '--project', 'reliability', 'test/reliability/cluster'];
  if (options.fault !== undefined) args.push('--testNamePattern', options.fault);
  process.exitCode = await run(process.execPath, [bin('vitest', 'vitest'), ...args]);
  printFigures(join(folder, 'cluster.json'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {string} file */
function printFigures(file) {
  if (!existsSync(file)) return;
  /** @type {{ rows: (Record<string, number | null> & { fault: string })[] }} */
  const { rows } = JSON.parse(readFileSync(file, 'utf8'));
  const columns = [
    ['fault', 'fault'],
    ['clients', 'clients'],
    ['published', 'published'],
    ['deliveries', 'deliveries'],
    ['kills', 'kills'],
    ['lostSilently', 'lost silently'],
    ['duplicated', 'duplicated'],
    ['outOfOrder', 'out of order'],
    ['notices', 'notices'],
    ['spuriousNotices', 'spurious'],
    ['roomDeliveries', 'of channels'],
    ['roomRecoveries', 'joins from a position'],
    ['leaked', 'leaked'],
    ['p99FromKillToEventMs', 'kill to event, p99 ms'],
    ['p99BeyondOwnWaitMs', 'beyond own wait, p99 ms'],
  ];
  /** @param {readonly (string | number | null | undefined)[]} cells */
  const line = (cells) => `| ${cells.map((cell) => cell ?? '').join(' | ')} |`;
  console.log(line(columns.map(([, title]) => title)));
  console.log(line(columns.map((_, index) => (index === 0 ? '---' : '---:'))));
  for (const row of rows) console.log(line(columns.map(([key = '']) => row[key])));
}
