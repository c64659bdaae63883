// `npm run bench:server`: Everwire's hub beside socket.io with its Redis streams adapter, in one run: deliveries, latency,
// memory, and what is left of the sessions when a server ends. Prints a table.
//
//   npm run bench:server -- --write      puts it into docs/performance.md and bench/results
//   npm run bench:server -- --short      one round of two seconds: to see that it works, not for figures

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureRedis, startRedis } from '../../scripts/redis.mjs';
import { root } from '../../scripts/run.mjs';
import { rows as comparedRows } from '../peers/rows.mjs';
import { withBetweenMarks } from '../peers/table.mjs';
import { median } from '../statistics.mjs';
import { measureLatency, measureMemory, measureRecovery, measureThroughput } from './measures.mjs';
import { buildPrograms } from './programs.mjs';

const marks = { begin: '<!-- npm run bench:server -- --write -->', end: '<!-- /bench:server -->' };

const { values: options } = parseArgs({
  options: { write: { type: 'boolean', default: false }, short: { type: 'boolean', default: false } },
});
if (options.write && options.short) throw new Error('A short run gives no figures that could be written.');

const size = options.short
  ? { rounds: 1, seconds: 2, clients: 100, sessions: [500, 1_000] }
  : { rounds: 5, seconds: 10, clients: 100, sessions: [1_000, 5_000] };

/** @type {readonly import('./server-process.mjs').Kind[]} */
const kinds = ['everwire', 'socket.io'];
const load = loadavg()[0] ?? 0;
const startedAt = new Date();

await ensureRedis();
const programs = await buildPrograms();
const results = await measureAll();
programs.remove();

const text = report(results);
console.log(`\n${text}`);
checkComparison(results);
if (options.write) {
  const page = join(root, 'docs/performance.md');
  writeFileSync(page, withBetweenMarks(readFileSync(page, 'utf8'), marks, text));
  writeFileSync(join(root, 'bench/results/server.md'), `# \`npm run bench:server\`\n\n${text}\n`);
  writeFileSync(join(root, 'bench/results/server.json'), `${JSON.stringify(results, null, 2)}\n`);
  console.log('\nWritten: bench/results/server.md, server.json, and docs/performance.md.');
}

/**
 * docs/compare.md says in words what became of the sessions. It must be what was seen here.
 *
 * @param {Figures} figures
 */
function checkComparison(figures) {
  const says = comparedRows.find(({ id }) => id === 'server-killed')?.says ?? {};
  const ids = { everwire: 'everwire', 'socket.io': 'socket-io-client' };
  for (const [kind, id] of Object.entries(ids)) {
    const seen = fateOf(figures, kind);
    if (says[id] === seen) continue;
    console.error(`docs/compare.md says something else of a server that is killed: with ${kind}, ${seen}.`);
    process.exitCode = 1;
  }
}

/**
 * @param {Figures} figures
 * @param {string} kind
 */
function fateOf(figures, kind) {
  const recovered = sumOf(figures, kind, 'recovered-SIGKILL');
  if (recovered === 0) return 'lost, and told';
  if (recovered < sumOf(figures, kind, 'clients-SIGKILL')) return 'some sessions go on';
  return sumOf(figures, kind, 'lost-SIGKILL') === 0
    ? 'the session goes on, and nothing is lost'
    : 'the session goes on, and events are lost';
}

/** By kind and name, one value for each round. @typedef {Record<string, Record<string, number[]>>} Figures */

/** @type {(figures: Figures, kind: string, name: string) => number} */
function sumOf(figures, kind, name) {
  return (figures[kind]?.[name] ?? []).reduce((total, value) => total + value, 0);
}

/** Each kind in turn within a round, and the first one changes. Each measurement has a Redis of its own. */
async function measureAll() {
  /** @type {Figures} */
  const figures = {};
  /** @type {(kind: string, name: string, value: number) => void} */
  const note = (kind, name, value) => {
    figures[kind] ??= {};
    const own = figures[kind];
    own[name] = [...(own[name] ?? []), value];
    console.error(`${kind}: ${name} ${value.toFixed(2)}`);
  };

  for (let round = 0; round < size.rounds; round += 1) {
    const order = round % 2 === 0 ? kinds : kinds.toReversed();
    for (const processes of [1, 2])
      for (const kind of order) {
        const { perSecond, cpuUsPerDelivery } = await withRedis((bench) =>
          measureThroughput(bench, kind, { ...size, processes }),
        );
        note(kind, `perSecond${processes}`, perSecond);
        note(kind, `cpuUs${processes}`, cpuUsPerDelivery);
      }
    for (const kind of order) {
      const { p50Ms, p99Ms } = await withRedis((bench) =>
        measureLatency(bench, kind, { ...size, perSecond: 50 }),
      );
      note(kind, 'p50Ms', p50Ms);
      note(kind, 'p99Ms', p99Ms);
    }
    for (const end of /** @type {const} */ (['graceful', 'SIGKILL']))
      for (const kind of order) {
        const { clients, recovered, lost } = await withRedis((bench) => measureRecovery(bench, kind, end));
        note(kind, `clients-${end}`, clients);
        note(kind, `recovered-${end}`, recovered);
        note(kind, `lost-${end}`, lost);
      }
  }
  for (const kind of /** @type {const} */ ([...kinds, 'ws'])) {
    const bytes = await withRedis((bench) => measureMemory(bench, kind, size.sessions));
    for (const [index, count] of size.sessions.entries()) note(kind, `bytes-${count}`, bytes[index] ?? NaN);
  }
  return figures;
}

/**
 * @template Result
 * @param {(bench: import('./measures.mjs').Bench) => Promise<Result>} work
 */
async function withRedis(work) {
  const redis = await startRedis();
  try {
    return await work({
      server: (kind) => programs.start('server-process', { KIND: kind, REDIS_URL: redis.url }),
      clients: (name) => programs.start(name),
    });
  } finally {
    await redis.stop();
  }
}

/** @param {Figures} figures */
function report(figures) {
  /** @type {(kind: string, name: string) => number} */
  const middle = (kind, name) => median(figures[kind]?.[name] ?? []);
  /** @type {(value: number, digits?: number) => string} */
  const shown = (value, digits = 0) =>
    value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

  /** @type {(title: string, name: string, digits?: number) => string[]} */
  const measured = (title, name, digits) => {
    const [ours = NaN, theirs = NaN] = kinds.map((kind) => middle(kind, name));
    // Of the same round, so that a busy moment of the machine counts for both.
    const ratios = (figures['everwire']?.[name] ?? []).map(
      (value, round) => value / (figures['socket.io']?.[name]?.[round] ?? NaN),
    );
    return [title, shown(ours, digits), shown(theirs, digits), shown(median(ratios), 2)];
  };
  /** @type {(count: number) => string[]} */
  const memory = (count) => {
    const [ours = NaN, theirs = NaN] = kinds.map(
      (kind) => middle(kind, `bytes-${count}`) - middle('ws', `bytes-${count}`),
    );
    return [
      `bytes for each quiet session beyond \`ws\`, ${shown(count)} sessions`,
      shown(ours),
      shown(theirs),
      shown(ours / theirs, 2),
    ];
  };
  /** @type {(title: string, end: string) => string[]} */
  const recovery = (title, end) => [
    title,
    ...kinds.map(
      (kind) =>
        `${sumOf(figures, kind, `recovered-${end}`)} of ${sumOf(figures, kind, `clients-${end}`)}; ${shown(sumOf(figures, kind, `lost-${end}`))} lost`,
    ),
    '',
  ];

  const rows = [
    ['', `Everwire ${versionOf('.')}`, `socket.io ${versionOf('node_modules/socket.io')}`, 'ratio'],
    ['---', '---:', '---:', '---:'],
    measured('deliveries/s, one process', 'perSecond1'),
    measured('deliveries/s, two processes', 'perSecond2'),
    measured('processor time of the server for each, µs, one process', 'cpuUs1', 2),
    measured('the same, two processes', 'cpuUs2', 2),
    measured('from the append to the client, ms, median', 'p50Ms', 2),
    measured('the same, p99', 'p99Ms', 2),
    ...size.sessions.map(memory),
    recovery('sessions that go on after a graceful close; events lost', 'graceful'),
    recovery('the same after `kill -9`', 'SIGKILL'),
  ];
  const adapter = versionOf('node_modules/@socket.io/redis-streams-adapter');
  return [
    `${startedAt.toISOString().slice(0, 10)}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()}), load ` +
      `${load.toFixed(1)} at the start, Node ${process.versions.node}; socket.io with \`@socket.io/redis-streams-adapter\` ` +
      `${adapter} and \`connectionStateRecovery\`. ${size.clients} clients on Redis; ${size.rounds} ` +
      `${size.rounds === 1 ? 'round' : 'rounds'}, medians; ratios are of the same round.`,
    '',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}

/** @param {string} folder */
function versionOf(folder) {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).version;
}
