// `npm run size`: what the package costs an app, minified, in gzip and in brotli.
//
// `--check` also fails if something is larger than its limit, or if a page shows another figure.
// `--write` puts the table into docs/performance.md, and its summary into README.md.
// `--rxjs` prints instead what parts of RxJS cost.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './run.mjs';

const react = ['react', 'react-dom'];
const libraries = ['rxjs', 'zustand', 'observable-hooks'];
const shown = 'WebSocketProvider, useWsEvent, useWsEventHandler, useConnectionStatus';
const shows = `export { ${shown} } from './index.ts';`;
const sends = `export { ${shown}, useWsSend } from './index.ts';`;
const streams = `export { ${shown}, useWsStream } from './index.ts';`;
const live = `export { ${shown}, useLiveQuery } from './index.ts';`;
const everything = `export * from './index.ts';`;
const core = `export * from './src/index.ts';`;
const mattermost = `export * from './src/protocols/mattermost/index.ts';`;
const tabs = `export * from './tabs/index.ts';`;
const testing = `export * from './src/testing/index.ts';`;

/**
 * `limit`: gzip, bytes. `beside`: code that is loaded anyway, and is not counted. `notOurs`: packages that are left out,
 * because they are measured elsewhere or belong to the app. `isInReadme`: part of the summary in README.md. `chunk`: only this
 * file, which is loaded by `import()` a moment later. It is never a part of the others.
 *
 * @type {readonly { name: string, code: string, limit: number, isInReadme?: boolean, beside?: string, notOurs?: string[], conditions?: string[], chunk?: string }[]}
 */
const bundles = [
  {
    name: '`WebSocketProvider`, `useWsEvent`, `useWsEventHandler`, `useConnectionStatus`',
    code: shows,
    limit: 27_150,
    isInReadme: true,
  },
  { name: 'the same, our own code alone', code: shows, notOurs: libraries, limit: 24_500 },
  { name: 'the same and `useWsSend`', code: sends, limit: 31_450, isInReadme: true },
  {
    name: "the same and `useWsSend`, with rxjs's es2015 build",
    code: sends,
    conditions: ['es2015'],
    limit: 30_650,
  },
  { name: '`useWsStream`, beside the first', code: streams, beside: shows, limit: 2_150 },
  { name: '`useLiveQuery`, beside the first', code: live, beside: shows, limit: 12_500 },
  {
    name: '`everwire/tanstack-query`, beside the first',
    code: `${shows} export * from './tanstack-query/index.ts';`,
    beside: shows,
    notOurs: ['@tanstack/react-query'],
    limit: 12_500,
  },
  { name: 'all of `everwire`, our own code alone', code: everything, notOurs: libraries, limit: 41_400 },
  { name: 'all of `everwire/core`', code: core, limit: 35_950 },
  { name: '`everwire/mattermost`, beside core', code: mattermost, limit: 2_100 },
  {
    name: '`everwire/devtools`, beside the first',
    code: `${shows} export * from './devtools/index.ts';`,
    beside: shows,
    limit: 24_250,
  },
  {
    name: '`everwire/tabs`, beside the first',
    code: `${shows} ${tabs}`,
    beside: shows,
    limit: 5_150,
  },
  {
    name: 'what a tab without a worker loads after it, to be able to become the relay',
    code: `${shows} ${tabs}`,
    chunk: 'tab-relay',
    limit: 5_800,
  },
  { name: '`everwire/testing`', code: testing, limit: 10_500 },
];

/**
 * What is loaded by `import()` is a file of its own.
 *
 * @type {import('esbuild').Plugin}
 */
const importsStayOut = {
  name: 'imports-stay-out',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/** Each is added to `Observable` alone.. */
const partsOfRxjs = ['Subscription', 'filter', 'timer', 'takeUntil', 'share', 'fromEvent', 'merge'];

const nothing = { bytes: 0, gzip: 0, brotli: 0 };
if (process.argv.includes('--rxjs')) {
  await printRxjs();
  process.exit();
}

const measured = await Promise.all(bundles.map(measure));

console.log(
  table(
    measured.map(({ name, bytes, gzip, brotli, limit }) => ({
      bundle: name.replaceAll('`', ''),
      minified: kilobytes(bytes),
      gzip: kilobytes(gzip),
      brotli: kilobytes(brotli),
      'gzip at most': kilobytes(limit),
    })),
  ),
);

const begin = '<!-- npm run size -- --write -->';
const end = '<!-- /size -->';

/** The pages that show the sizes, and which of them. */
const pages = [
  { file: 'README.md', shown: measured.filter(({ isInReadme }) => isInReadme) },
  { file: 'docs/performance.md', shown: measured },
];

if (process.argv.includes('--write')) {
  for (const { file, shown } of pages) {
    const [before, , after] = partsOf(file);
    const rows = shown.map(({ name, gzip, brotli }) => ({
      '': name,
      gzip: short(gzip),
      brotli: short(brotli),
    }));
    writeFileSync(join(root, file), `${before}${begin}\n\n${table(rows)}\n${end}${after}`);
  }
}

if (process.argv.includes('--check')) {
  const problems = measured
    .filter(({ gzip, limit }) => gzip > limit)
    .map(({ name, gzip, limit }) => `${name}: ${gzip} bytes of gzip, and the limit is ${limit}.`);
  for (const { file, shown } of pages) {
    const [, written] = partsOf(file);
    for (const { name, gzip } of shown) {
      const [, figure] = written.match(new RegExp(`\\| ${literal(name)} +\\| +([\\d.]+) kB`)) ?? [];
      // Another version of zlib packs a few bytes more or less.
      if (figure === undefined || Math.abs(Number(figure) - gzip / 1000) > 0.15)
        problems.push(`${file} shows ${figure ?? 'nothing'} for ${name}: run \`npm run size -- --write\`.`);
    }
  }
  for (const problem of problems) console.error(problem);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

async function printRxjs() {
  /** @param {string} code */
  const gzipOf = async (code) => (await pack(code, [], [])).gzip;
  const base = await gzipOf("export { Observable } from 'rxjs';");
  const rows = await Promise.all(
    partsOfRxjs.map(async (part) => {
      const gzip = await gzipOf(`export { Observable, ${part} } from 'rxjs';`);
      return { part: `Observable and ${part}`, 'gzip, bytes': `+${gzip - base}` };
    }),
  );
  const all = await gzipOf(`export { Observable, ${partsOfRxjs.join(', ')} } from 'rxjs';`);
  const subject = await gzipOf("export { webSocket } from 'rxjs/webSocket';");
  console.log(
    table([
      { part: 'Observable', 'gzip, bytes': String(base) },
      ...rows,
      { part: 'all of them', 'gzip, bytes': String(all) },
      { part: 'rxjs/webSocket', 'gzip, bytes': String(subject) },
    ]),
  );
}

/** @param {(typeof bundles)[number]} bundle */
async function measure({ name, code, limit, isInReadme, beside, notOurs = [], conditions = [], chunk }) {
  const whole = await (chunk === undefined ? pack(code, notOurs, conditions) : packChunk(code, chunk));
  const rest = beside === undefined ? nothing : await pack(beside, notOurs, conditions);
  return {
    name,
    limit,
    isInReadme: isInReadme === true,
    bytes: whole.bytes - rest.bytes,
    gzip: whole.gzip - rest.gzip,
    brotli: whole.brotli - rest.brotli,
  };
}

/**
 * @param {string} code
 * @param {readonly string[]} notOurs
 * @param {string[]} conditions
 */
async function pack(code, notOurs, conditions) {
  const { outputFiles } = await build({
    ...optionsFor(code),
    conditions,
    external: [...react, ...notOurs],
    plugins: [importsStayOut],
  });
  return sizesOf(outputFiles[0]?.contents);
}

/**
 * The file of its own that a bundler makes of what is loaded by `import()`.
 *
 * @param {string} code
 * @param {string} name
 */
async function packChunk(code, name) {
  const { outputFiles } = await build({
    ...optionsFor(code),
    external: react,
    splitting: true,
    outdir: 'out',
  });
  const chunk = outputFiles.find(({ path }) => path.includes(name));
  if (chunk === undefined) throw new Error(`esbuild made no file of ${name}.`);
  return sizesOf(chunk.contents);
}

/**
 * @param {string} code
 * @returns {import('esbuild').BuildOptions & { write: false }}
 */
function optionsFor(code) {
  return {
    stdin: { contents: code, resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    write: false,
    logLevel: 'error',
  };
}

/** @param {Uint8Array} [minified] */
function sizesOf(minified = new Uint8Array()) {
  return {
    bytes: minified.byteLength,
    gzip: gzipSync(minified, { level: 9 }).byteLength,
    brotli: brotliCompressSync(minified).byteLength,
  };
}

/**
 * In Markdown.
 *
 * @param {readonly Record<string, string>[]} rows
 */
function table(rows) {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [
    columns,
    columns.map((_, index) => (index === 0 ? '---' : '---:')),
    ...rows.map(Object.values),
  ];
  return `${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

/** @param {number} bytes */
function kilobytes(bytes) {
  return (bytes / 1000).toFixed(2);
}

/** @param {number} bytes */
function short(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

/**
 * The text before the marks of a page, between them, and after them.
 *
 * @param {string} file
 * @returns {readonly [before: string, between: string, after: string]}
 */
function partsOf(file) {
  const text = readFileSync(join(root, file), 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`${file} needs the marks ${begin} and ${end}.`);
  return [text.slice(0, from), text.slice(from + begin.length, to), text.slice(to + end.length)];
}

/** @param {string} text */
function literal(text) {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
