// Is in the tarball what a user needs, and nothing else? Packs what is built, and follows every path that leads from one
// file to another: exports, imports, the links and pictures of the pages. Needs no network.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pack, unpack } from './pack.mjs';

/** What may be there: what was built, and what is read by people. No source: an app's build would compile it. */
const expected = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|CONTRIBUTING\.md)$/,
  /^docs\/([\w-]+\.md|images\/[\w-]+\.png)$/,
  /^bench\/results\/chart\.svg$/,
  /^examples\/(?!.*(node_modules|package-lock|\/dist\/|\.next\/))[\w./-]+$/,
  /^dist\/(cjs\/)?(index|hooks\/|providers\/|devtools\/|server\/|tanstack-query\/|src\/)[\w/-]*\.(js|js\.map|d\.ts)$/,
  /^dist\/cjs\/package\.json$/,
];
/** No file of ours is near it: a larger one was packed by accident. In bytes. */
const largest = 210_000;

const folder = mkdtempSync(join(tmpdir(), 'everwire-tarball-'));
const home = join(folder, 'everwire');
/** @type {string[]} */
const faults = [];
try {
  unpack(await pack(folder), home);
  const files = readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(home, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  const allowed = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });

  checkManifest(manifest);
  checkErrorPage();
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (!files.includes(file)) faults.push(`There is no ${file}.`);
  }
  for (const file of files) {
    if (!expected.some((pattern) => pattern.test(file))) faults.push(`${file} should not be there.`);
    const { size } = statSync(join(home, file));
    if (size > largest) faults.push(`${file} has ${size} bytes.`);
    if (/^dist\/.*\.(js|d\.ts)$/.test(file)) checkBuilt(file, allowed);
    if (file.endsWith('.md')) checkLinks(file);
  }
  console.log(`${files.length} files in the tarball, ${faults.length} faults.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

/**
 * @typedef {{ types: string, default: string }} Format
 * @typedef {{ module: Format, node: Format, import: Format, default: Format }} Target
 * @param {{ exports: Record<string, string | Target>, sideEffects: unknown, main: string, module: string, types: string, typesVersions: Record<string, Record<string, string[]>> }} manifest
 */
function checkManifest({ exports, sideEffects, main, module, types, typesVersions }) {
  if (sideEffects !== false) faults.push('package.json: sideEffects is not false.');
  for (const [entry, target] of Object.entries(exports)) {
    if (typeof target === 'string') {
      expectFile('package.json', target);
      continue;
    }
    // The first that fits is taken. Bundlers know `module`, for `import` and `require` alike: one copy, and it can be
    // tree-shaken. Node knows `node`, for both as well.
    const conditions = Object.keys(target).join();
    if (conditions !== 'module,node,import,default')
      faults.push(`package.json: ${entry} has the conditions ${conditions}.`);
    for (const format of Object.values(target)) {
      if (Object.keys(format).join() !== 'types,default')
        faults.push(`package.json: ${entry} should begin with types and end with default.`);
      for (const path of Object.values(format)) expectFile('package.json', path);
    }
    // With `moduleResolution: node`, TypeScript does not read `exports`.
    const old = entry === '.' ? types : typesVersions['*']?.[entry.slice(2)]?.[0];
    if (old !== target.default.types)
      faults.push(`package.json: without exports, the types of ${entry} are ${old ?? 'missing'}.`);
  }
  for (const path of [main, module, types]) expectFile('package.json', path);
}

/**
 * @param {string} file in dist, or a declaration
 * @param {readonly string[]} allowed the packages that it may import
 */
function checkBuilt(file, allowed) {
  const text = readFileSync(join(home, file), 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, ''); // an example in a comment imports nothing
  for (const [, , specifier = ''] of code.matchAll(
    /(?:^|[;}\s(])(?:from|import|require)\s*\(?\s*(["'])([^"'\n]+)\1/g,
  )) {
    // TypeScript leaves `./x.ts` in declarations, and finds `./x.d.ts` by it.
    const path = file.endsWith('.d.ts') ? specifier.replace(/(?<!\.d)\.tsx?$/, '.d.ts') : specifier;
    const name = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? '';
    if (specifier.startsWith('.')) expectFile(file, join(dirname(file), path));
    // The server is for Node.
    else if (!allowed.includes(name) && !(file.includes('/server/') && specifier.startsWith('node:')))
      faults.push(`${file} imports ${specifier}, which package.json does not ask for.`);
  }

  if (file.endsWith('.d.ts')) return;
  const [, map] = text.match(/^\/\/# sourceMappingURL=(.+)$/m) ?? [];
  if (!map) return void faults.push(`${file} has no source map.`);
  const path = join(dirname(file), map);
  if (!expectFile(file, path)) return;
  const { sources, sourcesContent } = JSON.parse(readFileSync(join(home, path), 'utf8'));
  if (sources.length !== 1 || !sourcesContent?.[0]) faults.push(`${path} does not contain its source.`);
}

/** The page that a production error names, as an app's developer has it. */
function checkErrorPage() {
  const sentences = readFileSync(join(home, 'dist', 'src', 'sentences.js'), 'utf8');
  const pages = [...sentences.matchAll(/See node_modules\/everwire\/([\w/.-]+\.md)/g)];
  if (pages.length === 0) faults.push('A production error names no page.');
  for (const [, page = ''] of pages) expectFile('dist/src/sentences.js', page);
}

/** @param {string} page in Markdown */
function checkLinks(page) {
  const prose = readFileSync(join(home, page), 'utf8').replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');
  for (const [, link = ''] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
    const [path = ''] = link.split('#');
    if (path !== '' && !/^https?:/.test(path)) expectFile(page, join(dirname(page), path));
  }
}

/**
 * @param {string} from the file that speaks of it
 * @param {string} path from the package's folder
 */
function expectFile(from, path) {
  const isThere = existsSync(join(home, path));
  if (!isThere) faults.push(`${from} speaks of ${path}, which is not in the tarball.`);
  return isThere;
}
