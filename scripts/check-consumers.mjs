// What do users get to see of our types? Packs what is built, unpacks it into the apps of test/consumers, and compiles
// those with the oldest TypeScript that we support, the last of TypeScript 5, and the newest. Needs no network. Each
// compiler gets some of the ways to resolve a package; `--all` tries every pair.
//
// An app is a folder. A comment `says: some words` asks that the line below it is an error with these words in it;
// everything else has to compile. Errors in the packages of others are counted, and are not ours.

import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pack, unpack } from './pack.mjs';
import { bin, root } from './run.mjs';

const react = ['react', '@types/react', 'csstype'];
const libraries = ['rxjs', 'zustand'];

/** @typedef {{ name: string, type: 'module' | 'commonjs', options: Record<string, string> }} Resolution */
/** @type {Resolution} */
const bundler = {
  name: 'bundler',
  type: 'module',
  options: { module: 'esnext', moduleResolution: 'bundler' },
};
/** @type {Resolution} */
const nodenext = {
  name: 'nodenext',
  type: 'module',
  options: { module: 'nodenext', moduleResolution: 'nodenext' },
};
/** @type {Resolution} */
const node16 = {
  name: 'node16 from CommonJS',
  type: 'commonjs',
  options: { module: 'node16', moduleResolution: 'node16' },
};
/** The resolution before `exports`, which TypeScript 7 has no more. @type {Resolution} */
const node = {
  name: 'node',
  type: 'commonjs',
  options: { module: 'commonjs', moduleResolution: 'node10' },
};
/** For as many apps as it takes to import every entry. */
const all = [bundler, nodenext, node16, node];

/** The apps, and what each of them has installed beside Everwire: nothing else can be imported. */
const apps = [
  { name: 'unregistered', resolutions: all, installed: [...libraries, ...react] },
  {
    name: 'mattermost',
    resolutions: [bundler, nodenext],
    installed: [...libraries, ...react, '@mattermost/client', '@mattermost/types'],
  },
  { name: 'registered', resolutions: [bundler, node16], installed: [...libraries, ...react, 'zod'] },
  { name: 'shared', resolutions: [bundler, nodenext], installed: [...libraries, ...react] },
  { name: 'misdeclared', resolutions: [bundler], installed: libraries },
  { name: 'server-component', resolutions: [bundler], installed: libraries },
];

/** Each with what it is tried with, unless `--all` is given; the last of them also has no `node` any more. */
const compilers = [
  { name: 'typescript-5.4', short: [node, bundler], all },
  { name: 'typescript-5.9', short: [node16], all },
  { name: 'typescript', short: [nodenext, node16, bundler], all: [bundler, nodenext, node16] },
].map(({ name, short, all }) => ({
  command: bin(name, 'tsc'),
  version: JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8')).version,
  resolutions: process.argv.includes('--all') ? all : short,
}));

/** @typedef {{ file: string, line: number, text: string }} Complaint */

const folder = mkdtempSync(join(tmpdir(), 'everwire-consumers-'));
try {
  unpack(await pack(folder), join(folder, 'everwire'));
  for (const app of apps) install(app);

  const runs = compilers.flatMap((compiler) =>
    apps.flatMap((app) =>
      app.resolutions
        .filter((resolution) => compiler.resolutions.includes(resolution))
        .map((resolution) => ({ compiler, resolution, app })),
    ),
  );
  const results = await inTurns(runs, compile);

  /** @type {Map<string, string[]>} */
  const summary = new Map();
  let faults = 0;
  for (const { compiler, resolution, app, complaints } of results) {
    const name = `TypeScript ${compiler.version}`;
    const problems = judge(folderOf(app, resolution), complaints);
    faults += problems.length;
    for (const problem of problems) console.error(`${name}, ${resolution.name}, ${app.name}: ${problem}`);
    const others = complaints
      .map(({ file }) => packageOf(file))
      .filter((other) => other && other !== 'everwire');
    summary.set(name, [...(summary.get(name) ?? []), ...others.map(String)]);
  }
  for (const [name, others] of summary) {
    const ignored = others.length === 0 ? 'none' : `${others.length}, in ${[...new Set(others)].join(', ')}`;
    console.log(`${name}: ${apps.length} apps; errors in the packages of others, ignored: ${ignored}`);
  }
  console.log(faults === 0 ? 'The types are as users expect them.' : `${faults} faults in the types.`);
  process.exitCode = faults === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @param {(typeof apps)[number]} app */
function install(app) {
  for (const type of new Set(app.resolutions.map((resolution) => resolution.type))) {
    const place = folderOf(app, { type });
    cpSync(join(root, 'test', 'consumers', app.name), place, { recursive: true });
    writeFileSync(join(place, 'package.json'), JSON.stringify({ name: app.name, type, private: true }));
    link(join(folder, 'everwire'), join(place, 'node_modules', 'everwire'));
    for (const other of app.installed)
      link(join(root, 'node_modules', other), join(place, 'node_modules', other));
  }
}

/**
 * @param {{ name: string }} app
 * @param {Pick<Resolution, 'type'>} resolution
 */
function folderOf({ name }, { type }) {
  return join(folder, type, name);
}

/**
 * @param {string} from
 * @param {string} to
 */
function link(from, to) {
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(from, to, 'junction');
}

/** @param {{ compiler: (typeof compilers)[number], resolution: Resolution, app: (typeof apps)[number] }} run */
async function compile({ compiler, resolution, app }) {
  const cwd = folderOf(app, resolution);
  const project = join(cwd, `tsconfig.${compiler.version}.${resolution.options['moduleResolution']}.json`);
  const compilerOptions = {
    ...resolution.options,
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    jsx: 'react-jsx',
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    // The types of JavaScript and of the page are right without us, and long.
    skipDefaultLibCheck: true,
    // What is linked has only what is linked beside it, as if it were installed.
    preserveSymlinks: true,
    noEmit: true,
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, include: ['*.ts', '*.tsx'] }));
  const said = await output(cwd, [compiler.command, '--project', project, '--pretty', 'false']);
  return { compiler, resolution, app, complaints: complaintsIn(said) };
}

/**
 * @param {string} cwd
 * @param {readonly string[]} args
 * @returns {Promise<string>}
 */
function output(cwd, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      // A compiler that found nothing wrong says nothing; one that crashed must not look like it.
      if (code === 0 || (code !== null && said.includes('error TS'))) resolve(said);
      else reject(new Error(`The compiler ended with ${code ?? signal}: ${said}`));
    });
  });
}

/**
 * @param {string} said by the compiler, not prettily
 * @returns {Complaint[]}
 */
function complaintsIn(said) {
  /** @type {Complaint[]} */
  const complaints = [];
  for (const row of said.split(/\r?\n/)) {
    const [, file = '', line = '0', text = ''] = row.match(/^(?:(.+?)\((\d+),\d+\): )?(error TS.*)$/) ?? [];
    const last = complaints.at(-1);
    if (text) complaints.push({ file: file.replaceAll('\\', '/'), line: Number(line), text });
    else if (last && /^\s+\S/.test(row)) last.text += `\n${row}`;
  }
  return complaints;
}

/**
 * @param {string} app its folder
 * @param {readonly Complaint[]} complaints
 * @returns {string[]} what is wrong
 */
function judge(app, complaints) {
  const ours = complaints.filter(({ file }) => [null, 'everwire'].includes(packageOf(file)));
  const wanted = readdirSync(app)
    .filter((name) => /\.tsx?$/.test(name))
    .flatMap((file) => wordsIn(file, readFileSync(join(app, file), 'utf8')));
  const isWanted = (/** @type {Complaint} */ { file, line }) =>
    wanted.some((want) => want.file === file && want.line === line);
  return [
    ...ours
      .filter((complaint) => !isWanted(complaint))
      .map(({ file, line, text }) => `${file}(${line}): ${text}`),
    ...wanted.flatMap(({ file, line, words }) => {
      const texts = ours.filter((one) => one.file === file && one.line === line).map(({ text }) => text);
      if (texts.some((text) => sorted(text).includes(sorted(words)))) return [];
      return [`${file}(${line}): should say\n  ${words}\nand says\n  ${texts.join('\n') || 'nothing'}`];
    }),
  ];
}

/**
 * @param {string} file
 * @param {string} text
 * @returns {{ file: string, line: number, words: string }[]} the words, and the line that they are wanted of
 */
function wordsIn(file, text) {
  return text.split(/\r?\n/).flatMap((row, index, rows) => {
    const [, words] = row.match(/^\s*\/\/ says: (.+)$/) ?? [];
    if (words === undefined) return [];
    // Several may stand above one line.
    let below = index + 1;
    while (/^\s*\/\/ says: /.test(rows[below] ?? '')) below += 1;
    return [{ file, line: below + 1, words }];
  });
}

/**
 * Which name of a union comes first is nobody's promise: TypeScript 7 sorts them, and those before it do not.
 *
 * @param {string} text
 */
function sorted(text) {
  return text.replace(/"[^"]*"(?: \| "[^"]*")+/g, (union) => union.split(' | ').sort().join(' | '));
}

/**
 * @param {string} file
 * @returns {string | null} the package that it belongs to; null for the app's own files, and for no file
 */
function packageOf(file) {
  const [, name] = file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/) ?? [];
  return name ?? null;
}

/**
 * As many at a time as there are processors.
 *
 * @template Item, Result
 * @param {readonly Item[]} items
 * @param {(item: Item) => Promise<Result>} work
 * @returns {Promise<Result[]>} in the order of the items
 */
async function inTurns(items, work) {
  const waiting = [...items.entries()];
  /** @type {Result[]} */
  const results = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}
