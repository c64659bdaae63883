/**
 * `node bench/peers/herd.mjs`: prints the table of docs/scale.md. `--write` puts it there; `--check` fails if the page
 * differs.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../../scripts/run.mjs';
import { betweenMarks, herdMarks, withBetweenMarks } from './table.mjs';

const page = join(root, 'docs/scale.md');

const { outputFiles } = await build({
  entryPoints: [join(root, 'bench/peers/herd.ts')],
  bundle: true,
  format: 'esm',
  platform: 'node',
  write: false,
  logLevel: 'error',
});
const code = Buffer.from(outputFiles[0]?.contents ?? []).toString('base64');
const { renderHerdTable } = await import(`data:text/javascript;base64,${code}`);

/** @type {string} */
const table = renderHerdTable();
console.log(table);
if (process.argv.includes('--write')) {
  writeFileSync(page, withBetweenMarks(readFileSync(page, 'utf8'), herdMarks, table));
}
if (process.argv.includes('--check') && betweenMarks(readFileSync(page, 'utf8'), herdMarks) !== table) {
  console.error('docs/scale.md says something else: run `node bench/peers/herd.mjs --write`.');
  process.exitCode = 1;
}
