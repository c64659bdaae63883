// `npm run bench:devtools` measures frames at 10,000 events a second, with the panel open, closed, and absent.
//
//   npm run bench:devtools -- --rate 10000 --seconds 5 --rounds 3
//
// Prints frames a second, and with `--check` fails where the open panel has fewer than 50.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { ensureChromium } from '../../scripts/chromium.mjs';
import { root } from '../../scripts/run.mjs';
import { launchChromium } from '../devtools-pipe.mjs';

const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    check: { type: 'boolean', default: false },
  },
});
const rate = Number(options.rate);
const seconds = Number(options.seconds);
const rounds = Number(options.rounds);
const wantedFrames = 50;

/** @typedef {import('./page.tsx').Setting} Setting */
/** @type {readonly Setting[]} */
const settings = ['without', 'closed', 'open'];

const [load = 0] = loadavg();
const pages = await servePage();
const events = fork(join(import.meta.dirname ?? join(root, 'bench/devtools'), 'server.mjs'), [String(rate)]);
const [{ url }] = await once(events, 'message');
const chromium = await launchChromium(await ensureChromium());

/** @type {Record<Setting, Awaited<ReturnType<typeof measure>>[]>} */
const readings = { without: [], closed: [], open: [] };
try {
  for (let round = 0; round < rounds; round += 1) {
    // The order rotates, so that other load on the machine affects each of them.
    for (let turn = 0; turn < settings.length; turn += 1) {
      const setting = settings[(round + turn) % settings.length] ?? 'open';
      readings[setting].push(await measure(setting));
    }
  }
} finally {
  await chromium.close();
  events.disconnect();
  pages.close();
}

console.log(
  `${chromium.version}; ${rate} events a second asked for, ${rounds} rounds of ${seconds} s, medians; CPU of one core; load ${load.toFixed(1)}.\n`,
);
console.log(
  '| devtools | frames/s | longest frame | long tasks | events/s | scripts | main thread | rows drawn |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
for (const setting of settings) {
  const ownReadings = readings[setting];
  /** @param {(reading: (typeof ownReadings)[number]) => number} of */
  const median = (of) =>
    ownReadings.map(of).sort((one, other) => one - other)[Math.floor(ownReadings.length / 2)] ?? Number.NaN;
  const cells = [
    { without: 'not there', closed: 'closed', open: 'open' }[setting],
    median((reading) => reading.frames / reading.seconds).toFixed(1),
    `${median((reading) => reading.longestFrameMs).toFixed(0)} ms`,
    median((reading) => reading.longTasks),
    median((reading) => reading.events / reading.seconds).toFixed(0),
    `${(100 * median((reading) => reading.scriptShare)).toFixed(0)} %`,
    `${(100 * median((reading) => reading.mainShare)).toFixed(0)} %`,
    median((reading) => reading.rows),
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

const slowest = Math.min(...readings.open.map((reading) => reading.frames / reading.seconds));
console.log(`\nOpen, the slowest round had ${slowest.toFixed(1)} frames a second.`);
if (options.check && slowest < wantedFrames) {
  console.error(`That is less than ${wantedFrames}.`);
  process.exitCode = 1;
}

/** @param {Setting} setting */
async function measure(setting) {
  const tab = await chromium.openTab(`${pages.url}/`);
  try {
    const bench = await tab.hold(
      'new Promise((go) => { const look = () => (globalThis.devtoolsBench ? go(devtoolsBench) : setTimeout(look, 5)); look(); })',
      20_000,
    );
    await bench.call('mount', [url, setting], 30_000);
    await tab.send('Performance.enable', { timeDomain: 'threadTicks' });
    const before = await cpuSeconds(tab);
    const reading = await bench.call('measure', [seconds], seconds * 1_000 + 20_000);
    const after = await cpuSeconds(tab);
    return {
      .../** @type {import('../probe.ts').ProbeReading & { events: number, rows: number }} */ (reading),
      scriptShare: (after.script - before.script) / reading.seconds,
      mainShare: (after.main - before.main) / reading.seconds,
    };
  } finally {
    await tab.close();
  }
}

/**
 * By the clock of the thread: the time of other programs does not count.
 *
 * @param {import('../devtools-pipe.mjs').Tab} tab
 */
async function cpuSeconds(tab) {
  const { metrics } = await tab.send('Performance.getMetrics');
  /** @type {readonly { name: string, value: number }[]} */
  const known = metrics;
  /** @param {string} wanted */
  const metric = (wanted) => known.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  return { script: metric('ScriptDuration'), main: metric('TaskDuration') };
}

/** The page with React's production build, on loopback. */
async function servePage() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'bench/devtools/page.tsx')],
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'error',
  });
  const script = outputFiles[0]?.text ?? '';
  const html =
    '<!doctype html><meta charset="utf-8"><title>bench</title><body><script src="/page.js"></script>';
  const server = createServer((request, response) => {
    if (request.url === '/page.js')
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
    else response.writeHead(200, { 'content-type': 'text/html' }).end(html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
