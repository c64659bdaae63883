// Is in the tarball what a user needs, and nothing else? Packs what is built, and follows every path that leads from one
// file to another: exports, imports, source maps. Needs no network.

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { pack, unpack } from './pack.mjs';

/** What may be there: the sources, because the maps point to them, and what is read by people. */
const expected = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|index\.ts)$/,
  /^docs\/[\w-]+\.md$/,
  /^(hooks|providers|devtools|src)\/(?!.*\.(test|stories)\.)[\w/-]+\.(ts|tsx|css)$/,
  /^dist\/(index|hooks\/|providers\/|devtools\/|src\/)[\w/-]*\.(js|d\.ts)(\.map)?$/,
];
/** No file of ours is near it: whoever passes it has packed something by accident. In bytes. */
const largest = 100_000;

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
  for (const file of ['README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (!files.includes(file)) faults.push(`There is no ${file}.`);
  }
  for (const file of files) {
    if (!expected.some((pattern) => pattern.test(file))) faults.push(`${file} should not be there.`);
    const { size } = statSync(join(home, file));
    if (size > largest) faults.push(`${file} has ${size} bytes.`);
    if (/\.(js|d\.ts)$/.test(file)) checkBuilt(file, allowed);
  }
  console.log(`${files.length} files in the tarball, ${faults.length} faults.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const fault of faults) console.error(fault);
process.exitCode = faults.length === 0 ? 0 : 1;

/** @param {{ exports: Record<string, string | Record<string, string>>, sideEffects: unknown, main: string, types: string }} manifest */
function checkManifest({ exports, sideEffects, main, types }) {
  if (sideEffects !== false) faults.push('package.json: sideEffects is not false.');
  for (const [entry, target] of Object.entries(exports)) {
    const conditions = typeof target === 'string' ? { default: target } : target;
    const names = Object.keys(conditions);
    // The first that fits is taken, so `default` before `types` would hide it.
    if (typeof target !== 'string' && (names[0] !== 'types' || names.at(-1) !== 'default'))
      faults.push(
        `package.json: ${entry} has ${names.join(', ')}, and should begin with types and end with default.`,
      );
    for (const path of Object.values(conditions)) expectFile('package.json', path);
  }
  for (const path of [main, types]) expectFile('package.json', path);
}

/**
 * @param {string} file in dist, or a declaration
 * @param {readonly string[]} allowed the packages that it may import
 */
function checkBuilt(file, allowed) {
  const text = readFileSync(join(home, file), 'utf8');
  const code = text.replace(/\/\*[\s\S]*?\*\//g, ''); // an example in a comment imports nothing
  for (const [, , specifier = ''] of code.matchAll(
    /(?:^|[;}\s])(?:from|import)\s*\(?\s*(["'])([^"'\n]+)\1/g,
  )) {
    // TypeScript leaves `./x.ts` in declarations, and finds `./x.d.ts` by it.
    const path = file.endsWith('.d.ts') ? specifier.replace(/(?<!\.d)\.tsx?$/, '.d.ts') : specifier;
    const name = specifier.match(/^(@[^/]+\/)?[^/]+/)?.[0] ?? '';
    if (specifier.startsWith('.')) expectFile(file, join(dirname(file), path));
    else if (!allowed.includes(name))
      faults.push(`${file} imports ${specifier}, which package.json does not ask for.`);
  }

  const [, map] = text.match(/^\/\/# sourceMappingURL=(.+)$/m) ?? [];
  if (!map) return void faults.push(`${file} has no source map.`);
  const path = join(dirname(file), map);
  if (!expectFile(file, path)) return;
  const { sources, sourceRoot } = JSON.parse(readFileSync(join(home, path), 'utf8'));
  for (const source of sources) expectFile(path, join(dirname(path), sourceRoot ?? '', source));
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
