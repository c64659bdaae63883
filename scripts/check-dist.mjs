// Checks what the build made: the public door is a client module, and everwire/core runs without React.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './run.mjs';

const dist = join(root, 'dist');
/** @type {string[]} */
const faults = [];

if (!/^["']use client["'];/.test(readFileSync(join(dist, 'index.js'), 'utf8'))) {
  faults.push('dist/index.js does not begin with "use client".');
}

for (const entry of readdirSync(join(dist, 'src'), { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !/\.(js|d\.ts)$/.test(entry.name)) continue;
  const path = join(entry.parentPath, entry.name);
  const text = readFileSync(path, 'utf8');
  const name = relative(root, path);
  if (/^["']use client["']/.test(text))
    faults.push(`${name} is marked "use client": core is for servers too.`);
  for (const specifier of specifiersOf(text)) {
    if (
      /^(react|react-dom|use-sync-external-store)(\/|$)/.test(specifier) ||
      /^zustand(\/(?!vanilla)|$)/.test(specifier)
    ) {
      faults.push(`${name} imports ${specifier}: core runs without React.`);
    }
  }
}

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
  const found = text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)(["'])([^"'\n]+)\1/g);
  return [...found].map((match) => match[2] ?? '');
}
