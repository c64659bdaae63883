// Checks what the build made: the public door is a client module, everwire/core runs without React, and Node gets one copy
// of the package, in both formats.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './run.mjs';

const dist = join(root, 'dist');
/** @type {string[]} */
const faults = [];

/** A directive may stand below others, such as TypeScript's "use strict". */
const isClient = (/** @type {string} */ text) => /^(?:(["'])use strict\1;\s*)?(["'])use client\2/.test(text);

for (const format of ['.', 'cjs']) {
  const folder = join(dist, format);
  if (!isClient(readFileSync(join(folder, 'index.js'), 'utf8')))
    faults.push(`${relative(root, folder)}/index.js does not begin with "use client".`);

  for (const entry of readdirSync(join(folder, 'src'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(js|d\.ts)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const text = readFileSync(path, 'utf8');
    const name = relative(root, path);
    if (isClient(text)) faults.push(`${name} is marked "use client": core is for servers too.`);
    for (const specifier of specifiersOf(text)) {
      if (
        /^(react|react-dom|use-sync-external-store)(\/|$)/.test(specifier) ||
        /^zustand(\/(?!vanilla)|$)/.test(specifier)
      ) {
        faults.push(`${name} imports ${specifier}: core runs without React.`);
      }
    }
  }
}

checkOneCopy();

for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0 ? 'The built files are as they should be.' : `${faults.length} faults in dist.`,
);
process.exitCode = faults.length === 0 ? 0 : 1;

/**
 * What a built file imports, whichever way it is written.
 *
 * @param {string} text
 */
function specifiersOf(text) {
  const found = text.matchAll(/(?:\bfrom\s*|\b(?:import|require)\s*\(?\s*)(["'])([^"'\n]+)\1/g);
  return [...found].map((match) => match[2] ?? '');
}

/**
 * `require('everwire')` and `import 'everwire'` in one process: the same functions, so the same context, default service
 * and registries. Names must not get lost either: Node finds those of CommonJS by reading the text.
 */
function checkOneCopy() {
  const entries = Object.entries(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
    .filter(([, target]) => typeof target !== 'string')
    .map(([entry]) => entry.replace('.', 'everwire'));
  const script = `
    import { createRequire } from 'node:module';
    const require = createRequire(import.meta.url);
    for (const entry of ${JSON.stringify(entries)}) {
      const required = require(entry);
      const imported = await import(entry);
      for (const name of Object.keys(required))
        if (imported[name] !== required[name]) console.log(entry + ': import and require differ in ' + name);
      if (Object.keys(required).length === 0) console.log(entry + ' exports nothing.');
    }`;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
  });
  faults.push(...said.split('\n').filter(Boolean));
}
